/**
 * Why a request is refused: an error of the catalogue, with what its text and headers need. A value, never thrown.
 * `Code` is the union of codes that can occur, so that a handler cannot answer an error that its operation lacks: v2's are
 * numbers, and v1's texts, as on the wire.
 */
export interface Refusal<Code extends number | string = number> {
  code: Code;
  /** The parameter at fault, by its wire name, for errors whose text names one. */
  parameter?: string;
  /** The text in place of the catalogue's, for errors of v1 whose text differs by request. */
  message?: string;
  /** When the same request may succeed, for errors that tell a wait; null where v1 is not to say it. */
  retryAfterSeconds?: number | null;
  /** More about it, for errors that document `details`. */
  details?: object;
  /** Of those that the document has for this answer, by their names there. */
  headers?: Headers;
  /** Why there is no pending verification, for 20404. */
  reason?: NotFoundReason;
}

/** How a verification came to be gone. */
export type NotFoundReason = "unknown" | "approved" | "expired" | "canceled" | "max_attempts_reached";

/** Headers of an answer. */
type Headers = Readonly<Record<string, string>>;

/** A result. Its headers are of those that the document has for the success, by their names there. */
export type Accepted<T> = { ok: true; value: T; headers?: Headers };

/** The outcome of a decision: a result, or a refusal. */
export type Outcome<T, Code extends number | string = number> = Accepted<T> | { ok: false; refusal: Refusal<Code> };

/** What was asked for. */
export function accepted<T>(value: T, more: { headers?: Headers } = {}): Accepted<T> {
  return { ok: true, value, ...more };
}

export function refused<const Code extends number | string>(
  code: Code,
  details: Omit<Refusal, "code"> = {},
): { ok: false; refusal: Refusal<Code> } {
  return { ok: false, refusal: { code, ...details } };
}

/** 60200 for the parameter of that wire name. */
export function invalid(parameter: string, details?: Refusal["details"]): { ok: false; refusal: Refusal<60200> } {
  return refused(60200, { parameter, ...(details && { details }) });
}

/**
 * The database cannot be reached, and the same call may succeed later. Nothing was changed, unless a database elsewhere
 * went away while it committed: then nobody knows. What was decided so is kept whole or not at all, and deciding again is
 * safe, since it starts from what was kept.
 */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

/** Whoever asked for it does not wait for it any more, so nothing was done. */
export class CallerGoneError extends Error {
  override name = "CallerGoneError";
}
