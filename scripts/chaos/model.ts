import type { NotFoundReason, Outcome } from "../../apps/server/src/kernel/refusal.ts";
import { decideCheck } from "../../apps/server/src/verifications/check.ts";
import { decideStart } from "../../apps/server/src/verifications/decide-start.ts";
import { decideEnd, decideFetch } from "../../apps/server/src/verifications/end.ts";
import { secondsLeft, type Verification } from "../../apps/server/src/verifications/verification.ts";
import type { Action, Request } from "./history.ts";
import type { Window } from "./server-time.ts";
import { startCommand } from "./start-command.ts";

/**
 * The verifications of one recipient, oldest first: what the service must hold, by its own pure domain. Sids that no
 * answer told yet stand there by names that begin with a question mark.
 */
export type State = readonly Held[];

export interface Held {
  /** Its `expiresAt` is the latest moment that it can be. */
  verification: Verification;
  /** The earliest: when a start was decided is known only to lie within its request. */
  expiresFrom: number;
}

/** One way in which a request can be decided. */
export interface Step {
  state: State;
  expected: Expected;
}

export type Expected =
  | { code: null; verification: Verification }
  | {
      code: number;
      reason: NotFoundReason | undefined;
      retryAfter: readonly [least: number, most: number] | undefined;
    };

export interface Surroundings {
  lifetimeSeconds: number;
  /** The code that an attempt carried, if a message of it came to the gateway. */
  codeOf: (attemptSid: string) => string | undefined;
}

/** Everything that the domain can make of a request at some moment of the window: nearly always one thing. */
export function stepsOf(
  state: State,
  { id, to, action }: Pick<Request, "id" | "to" | "action">,
  window: Window,
  surroundings: Surroundings,
): Step[] {
  const held = heldBy(state, action);
  const steps = moments(held, window).flatMap(({ current, now }) =>
    decide(current, { id, to, action }, now, surroundings).map((outcome) =>
      stepOf(state, held, outcome, action, window, surroundings),
    ),
  );
  return steps.filter((step, index) => steps.findIndex((other) => isSame(step, other)) === index);
}

/** As early as can be with the latest end of the window, and the other way round: whatever lies between is like one. */
function moments(held: Held | undefined, { from, until }: Window) {
  return [
    { current: held?.verification, now: from },
    { current: held && { ...held.verification, expiresAt: held.expiresFrom }, now: until },
  ];
}

function heldBy(state: State, action: Action): Held | undefined {
  const sid = action.kind === "start" ? undefined : action.sid;
  return sid === undefined ? state.at(-1) : state.find(({ verification }) => verification.sid === sid);
}

function decide(
  current: Verification | undefined,
  { id, to, action }: Pick<Request, "id" | "to" | "action">,
  now: number,
  { lifetimeSeconds, codeOf }: Surroundings,
): Outcome<Verification>[] {
  switch (action.kind) {
    case "start": {
      const command = startCommand(to, action, { lifetimeSeconds, newSid: `?VE${id}`, attemptSid: `?VL${id}` });
      const started = decideStart(current, command, now);
      return [started.ok ? { ok: true, value: started.value.verification } : started];
    }
    case "check": {
      const code = current?.attempts.map(({ sid }) => codeOf(sid)).find((sent) => sent !== undefined);
      // Of a send that nobody acknowledged the code may be known under a sid that is not.
      const matches = code === undefined ? [true, false] : [code === action.code];
      return matches.map((isRight) =>
        decideCheck(
          current,
          { isBySid: action.sid !== undefined, matches: () => isRight, isClientToken: () => false },
          now,
        ),
      );
    }
    case "cancel":
      return [decideEnd(current, "canceled", now)];
    case "fetch":
      return [decideFetch(current, now)];
  }
}

function stepOf(
  state: State,
  held: Held | undefined,
  outcome: Outcome<Verification>,
  action: Action,
  window: Window,
  { lifetimeSeconds }: Surroundings,
): Step {
  if (!outcome.ok) {
    const { code, reason, retryAfterSeconds } = outcome.refusal;
    const retryAfter = held && retryAfterSeconds !== undefined ? waitOf(held, window) : undefined;
    return { state, expected: { code, reason, retryAfter } };
  }
  const verification = outcome.value;
  const expected: Expected = { code: null, verification };
  if (action.kind === "fetch") return { state, expected };
  if (held && held.verification.sid === verification.sid) {
    const changed = { ...held, verification: { ...verification, expiresAt: held.verification.expiresAt } };
    return { state: state.map((each) => (each === held ? changed : each)), expected };
  }
  const lifetimeMs = lifetimeSeconds * 1000;
  const added: Held = {
    verification: { ...verification, expiresAt: window.until + lifetimeMs },
    expiresFrom: window.from + lifetimeMs,
  };
  return { state: [...state, added], expected };
}

function waitOf({ verification, expiresFrom }: Held, { from, until }: Window): readonly [number, number] {
  return [secondsLeft({ ...verification, expiresAt: expiresFrom }, until), secondsLeft(verification, from)];
}

function isSame(step: Step, other: Step): boolean {
  const { expected } = step;
  const isExpected =
    expected.code === null
      ? other.expected.code === null && expected.verification.status === other.expected.verification.status
      : expected.code === other.expected.code && expected.reason === other.expected.reason;
  return isExpected && keyOf(step.state) === keyOf(other.state);
}

/** Two states with the same key have the same future. */
export function keyOf(state: State): string {
  return state
    .map(({ verification: { sid, status, checks, channel, attempts, expiresAt }, expiresFrom }) =>
      [sid, status, checks, channel, attempts.map((attempt) => attempt.sid), expiresFrom, expiresAt].join(),
    )
    .join(";");
}
