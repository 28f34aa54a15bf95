/**
 * Why a request is refused: an error of the catalogue, with what its text and headers need. A value, never thrown.
 * `Code` is the union of v2 codes that can occur, so that a handler cannot answer an error that its operation lacks.
 */
export interface Refusal<Code extends number = number> {
  code: Code;
  /** The parameter at fault, by its wire name, for errors whose text names one. */
  parameter?: string;
  /** When the same request may succeed, for errors that carry `Retry-After`. */
  retryAfterSeconds?: number;
  /** Why there is no pending verification, for 20404. */
  reason?: NotFoundReason;
}

/** How a verification came to be gone. */
export type NotFoundReason = "unknown" | "approved" | "expired" | "canceled" | "max_attempts_reached";

/** The outcome of a decision: a result, or a refusal. */
export type Outcome<T, Code extends number = number> = { ok: true; value: T } | { ok: false; refusal: Refusal<Code> };

export function accepted<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function refused<const Code extends number>(
  code: Code,
  details: Omit<Refusal, "code"> = {},
): { ok: false; refusal: Refusal<Code> } {
  return { ok: false, refusal: { code, ...details } };
}

/** 60200 for the parameter of that wire name. */
export function invalid(parameter: string): { ok: false; refusal: Refusal<60200> } {
  return refused(60200, { parameter });
}
