/**
 * Why a v1 request is refused: an error of the v1 catalogue. A value, never thrown. `Code` is the union of the codes
 * that can occur; they are texts, as on the wire, and so are never taken for v2's numbers.
 */
export interface V1Refusal<Code extends string = string> {
  code: Code;
  /** The text in place of the catalogue's, for errors whose text differs by request. */
  message?: string;
  /** When the same request may succeed, for errors that carry `Retry-After`. */
  retryAfterSeconds?: number | null;
}

/** The outcome of a v1 request: a result, or a refusal. */
export type V1Outcome<T, Code extends string = string> =
  | { ok: true; value: T }
  | { ok: false; refusal: V1Refusal<Code> };

export function v1Refused<const Code extends string>(
  code: Code,
  details: Omit<V1Refusal, "code"> = {},
): { ok: false; refusal: V1Refusal<Code> } {
  return { ok: false, refusal: { code, ...details } };
}

/** 60004 for a parameter. @param fault what is wrong with it, as `Parameter is required` */
export function v1Invalid(parameter: string, fault: string): { ok: false; refusal: V1Refusal<"60004"> } {
  return v1Refused("60004", { message: `Invalid parameter: ${parameter} - ${fault}` });
}
