import type { Answer, KeptVerification } from "./history.ts";
import type { Expected, State } from "./model.ts";

/**
 * Compares an answer with what the model expects, and takes from it the sids that the model does not know yet.
 * @returns the state with those sids; nothing when the two disagree.
 */
export function agree(state: State, expected: Expected, answer: Answer): State | undefined {
  if (answer.code !== expected.code) return undefined;
  if (expected.code !== null) return isRefusal(expected, answer) ? state : undefined;
  const { sid, status, attempts } = expected.verification;
  if (answer.state !== status || answer.sid === null) return undefined;
  const named = nameAll(state, [[sid, answer.sid]]);
  if (answer.attempts === null) return named;
  if (!named || answer.attempts.length !== attempts.length) return undefined;
  return nameAll(
    named,
    attempts.map((attempt, index) => [attempt.sid, answer.attempts?.[index] ?? ""]),
  );
}

function isRefusal({ reason, retryAfter }: Exclude<Expected, { code: null }>, answer: Answer): boolean {
  if (answer.reason !== null && answer.reason !== reason) return false;
  if (answer.retryAfter === null || !retryAfter) return true;
  const [least, most] = retryAfter;
  return answer.retryAfter >= Math.max(1, least) && answer.retryAfter <= most;
}

/** Whether the database holds just what the model does. */
export function isKept(state: State, kept: readonly KeptVerification[]): boolean {
  if (state.length !== kept.length) return false;
  const rest = new Map(kept.map((each) => [each.sid, each]));
  // Those whose sid is known first: what is left has to do for the others.
  const ordered = state
    .map(({ verification }) => verification)
    .sort((a, b) => Number(isName(a.sid)) - Number(isName(b.sid)));
  return ordered.every(({ sid, status, checks, attempts }) => {
    const candidates = isName(sid) ? [...rest.values()] : [rest.get(sid)].filter((each) => each !== undefined);
    const found = candidates.find(
      (each) =>
        each.status === status &&
        each.checks === checks &&
        each.attempts.length === attempts.length &&
        attempts.every((attempt, index) => isName(attempt.sid) || attempt.sid === each.attempts[index]),
    );
    return found !== undefined && rest.delete(found.sid);
  });
}

const isName = (sid: string): boolean => sid.startsWith("?");

function nameAll(state: State, pairs: readonly (readonly [sid: string, real: string])[]): State | undefined {
  return pairs.reduce<State | undefined>((named, [sid, real]) => named && name(named, sid, real), state);
}

function name(state: State, sid: string, real: string): State | undefined {
  if (sid === real) return state;
  if (!isName(sid)) return undefined;
  const known = state.flatMap(({ verification }) => [
    verification.sid,
    ...verification.attempts.map((each) => each.sid),
  ]);
  // One sid is not two things.
  if (known.includes(real)) return undefined;
  return state.map(({ verification, expiresFrom }) => ({
    expiresFrom,
    verification: {
      ...verification,
      sid: verification.sid === sid ? real : verification.sid,
      attempts: verification.attempts.map((each) => (each.sid === sid ? { ...each, sid: real } : each)),
    },
  }));
}
