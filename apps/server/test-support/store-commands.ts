import type { Attempt } from "../src/attempts/attempt.ts";
import type { ClaimedMessage, OutboxMessage } from "../src/delivery/outbox.ts";
import { entityHandlers } from "../src/entities/entities.ts";
import { type Outcome, refused } from "../src/kernel/refusal.ts";
import type { MessagingConfiguration } from "../src/messaging-configurations/messaging-configuration.ts";
import { judgeLimits, type NamedLimit } from "../src/rate-limits/enforcement.ts";
import { operator } from "../src/sql/resources.ts";
import { decideCheck } from "../src/verifications/check.ts";
import { decideStart, type StartCommand, type Started, startFacts } from "../src/verifications/decide-start.ts";
import { decideEnd } from "../src/verifications/end.ts";
import type { Send, VerificationCommand } from "../src/verifications/ledger.ts";
import type { Verification } from "../src/verifications/verification.ts";
import { newSid, type Subject } from "./store-subject.ts";

/** The commands of the service as its operations give them to the store, with codes that are not really sealed. */

type Target = VerificationCommand<unknown>["target"];
export type Scope = Pick<Subject, "store" | "accountSid" | "serviceSid">;

export const rightCode = "123456";
export const wrongCode = "654321";
export const ada = "+12025550123";
export const bob = "+12025550199";

/** One command on a target. */
export function decide<T>(
  { store, accountSid, serviceSid }: Scope,
  target: Target,
  decide: VerificationCommand<T>["decide"],
  more: Pick<VerificationCommand<T>, "guard" | "rateLimits" | "guesses" | "begins"> = {},
): Promise<T> {
  return store.decide({ accountSid, serviceSid, target, decide, ...more });
}

/** Puts a number on the safe list of the subject's account. @returns whether it was not there */
export function addSafe({ store, accountSid }: Pick<Subject, "store" | "accountSid">, phoneNumber: string, at = 0) {
  return store.safeNumbers.add({ accountSid, sid: newSid("GN"), phoneNumber, createdAt: at }, operator);
}

/** Starts a verification, or sends again, through the real rules. */
export function start(
  scope: Scope,
  recipient: string,
  given: Partial<StartCommand> & Pick<Partial<Send>, "leaseSeconds"> & { rateLimits?: readonly NamedLimit[] } = {},
): Promise<Outcome<Started>> {
  const { leaseSeconds = 0, rateLimits = [], ...changes } = given;
  const command = { ...newStart(scope, recipient), ...changes };
  return decide<Outcome<Started>>(
    scope,
    { recipient },
    ({ service, current, rateLimits: known }, now) => {
      if (!service) return { outcome: refused(20404) };
      const limited = judgeLimits(rateLimits, known, now);
      if (!limited.ok) return { outcome: limited };
      const outcome = decideStart(current, command, now);
      if (!outcome.ok) return { outcome };
      const { verification, attempt } = outcome.value;
      const row = newAttempt(verification, attempt);
      return {
        outcome,
        verification,
        sends: [{ attempt: row, message: newMessage(row), leaseSeconds }],
        bucketCounts: limited.counts,
        facts: startFacts(outcome.value),
      };
    },
    { rateLimits, begins: true },
  );
}

/** Checks a code through the real rules. */
export function check(scope: Scope, target: Target, code: string): Promise<Outcome<Verification>> {
  const isBySid = "sid" in target;
  const matches = (verification: Verification) => verification.code?.mac === macOf(code);
  return decide<Outcome<Verification>>(scope, target, ({ service, current }, now) => {
    if (!service) return { outcome: refused(20404) };
    const outcome = decideCheck(current, { isBySid, matches, isClientToken: () => false }, now);
    if (!outcome.ok) return { outcome };
    const verification = outcome.value;
    return { outcome, verification, facts: [verification.status === "approved" ? "approved" : "check_refused"] };
  });
}

/** Ends a verification through the real rules. */
export function end(scope: Scope, target: Target, status: "approved" | "canceled"): Promise<Outcome<Verification>> {
  return decide<Outcome<Verification>>(scope, target, ({ current }, now) => {
    const outcome = decideEnd(current, status, now);
    return outcome.ok ? { outcome, verification: outcome.value, facts: [status] } : { outcome };
  });
}

/** What the store shows to a decision on that target. Changes nothing. */
export function look(scope: Scope, target: Target) {
  return decide(scope, target, ({ service, current }) => ({ outcome: { service, current } }));
}

/** The message that is due the longest. */
export async function claimOne({ store, clock }: Subject, now = clock.now): Promise<ClaimedMessage> {
  const [message] = await store.outbox.claim(1, 30, now);
  if (!message) throw new Error("nothing was claimed");
  return message;
}

/** The verification of a start that must have been accepted. */
export async function started(outcome: Promise<Outcome<Started>>): Promise<Verification> {
  const { value } = accepted(await outcome);
  return value.verification;
}

export function accepted<T>(outcome: Outcome<T>): { value: T } {
  if (!outcome.ok) throw new Error(`refused with ${outcome.refusal.code}`);
  return outcome;
}

export function newAttempt(
  { accountSid, serviceSid, sid, recipient, country, lookup, expiresAt }: Verification,
  attempt: Verification["attempts"][number],
): Attempt {
  return {
    accountSid,
    serviceSid,
    sid: attempt.sid,
    verificationSid: sid,
    recipient,
    channel: attempt.channel,
    isConverted: false,
    delivery: { status: "queued", errorCode: null },
    country,
    provider: null,
    tries: null,
    handedOverAt: null,
    endedAt: null,
    codeLength: 6,
    locale: "en",
    lookup,
    createdAt: attempt.at,
    updatedAt: attempt.at,
    expiresAt,
  };
}

export function newMessage(attempt: Attempt): OutboxMessage {
  const { accountSid, serviceSid, sid, verificationSid, channel, createdAt, expiresAt } = attempt;
  return {
    accountSid,
    serviceSid,
    attemptSid: sid,
    channel,
    sealed: `sealed-${verificationSid}`,
    createdAt,
    expiresAt,
  };
}

function newStart({ accountSid, serviceSid }: Scope, recipient: string): StartCommand {
  return {
    accountSid,
    serviceSid,
    recipient,
    country: "US",
    channel: "sms",
    amount: null,
    payee: null,
    isCustomCode: false,
    lifetimeSeconds: 600,
    lookup: null,
    newSid: newSid("VE"),
    attemptSid: newSid("VL"),
    sealCode: () => ({ mac: macOf(rightCode), sealed: "c2VhbGVk", keyId: "k1", length: 6 }),
    isSameCode: () => true,
    sna: null,
  };
}

const macOf = (code: string): string => `mac-of-${code}`;

export const smsRoute = `MG${"1".repeat(32)}`;

/** Makes an entity at one moment, whatever the clock says. @returns whether it was made */
export async function makeEntity({ store, accountSid, serviceSid }: Scope, identity: string, at = 1_000) {
  const { createEntity } = entityHandlers({ ...store, clock: () => at, newSid });
  const request = {
    by: operator,
    accountSid,
    path: { ServiceSid: serviceSid },
    body: { Identity: identity },
    base: "",
  };
  return createEntity(request as Parameters<typeof createEntity>[0]);
}

/** Makes a messaging configuration. @returns whether there was none of the country. */
export async function configure({ store, ...service }: Scope, country: string): Promise<boolean> {
  const made = newConfiguration(service, country);
  return (await store.messagingConfigurations.create(made, operator)) === "created";
}

export function newConfiguration(
  { accountSid, serviceSid }: Pick<Scope, "accountSid" | "serviceSid">,
  country: string,
): MessagingConfiguration {
  const at = { createdAt: 1_000, updatedAt: 1_000 };
  return { accountSid, serviceSid, sid: newSid("MC"), country, messagingServiceSid: smsRoute, ...at };
}
