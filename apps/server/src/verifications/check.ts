import { visible } from "@countersign/document";
import { limits } from "../kernel/limits.ts";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import type { Service } from "../services/service.ts";
import type { CallFact } from "../v1/application.ts";
import type { StartParts } from "./composed-send.ts";
import { checksMaxOf, guessKeys, type Spray } from "./guesses.ts";
import type { FactType, VerificationCommand } from "./ledger.ts";
import { isClientToken } from "./sna.ts";
import type { CodeVault } from "./vault.ts";
import { isLocked, reasonGone, type SnaState, secondsLeft, type Verification } from "./verification.ts";

/** A check as an API asks for it, and how that API tells what came of it. */
interface CheckRequest<Answer> extends Pick<VerificationCommand<unknown>, "accountSid" | "serviceSid" | "target"> {
  /** Whose verification it must be, where the target is a sid and the caller names the recipient, too. */
  recipient?: string | undefined;
  code: string | undefined;
  payment?: Payment;
  clientToken?: string | undefined;
  noService: Answer;
  /** What the service's settings rule out. */
  ruledOut?(service: Service): Answer | undefined;
  answer(verification: Verification): Answer;
  refused(refused: Extract<ReturnType<typeof decideCheck>, { ok: false }>): Answer;
  /** What reactions hear of the call, besides. */
  facts?(
    answer: Answer,
    states: { before: Verification | undefined; after: Verification | undefined },
    now: number,
  ): CallFact[];
}

/** What a check works with. */
export type CheckParts = Pick<StartParts, "store" | "vault" | "guessing" | "clock">;

/** Checks a code, or the result of silent network authentication, under the recipient's lock. */
export async function check<Answer>(dependencies: CheckParts, request: CheckRequest<Answer>): Promise<Answer> {
  const { accountSid, serviceSid, target, recipient, code, payment = {}, clientToken } = request;
  const command: CheckCommand = {
    isBySid: "sid" in target,
    matches: code === undefined ? null : codeMatcher(dependencies.vault, code, payment),
    namesPayment: (payment.Amount ?? payment.Payee) !== undefined,
    namesClientToken: clientToken !== undefined,
    isClientToken: (sna) => isClientToken(dependencies.vault, sna, clientToken),
  };
  const { answer, isWrong } = await dependencies.store.decide<{ answer: Answer; isWrong?: boolean }>({
    accountSid,
    serviceSid,
    target,
    guesses: [],
    decide({ service, current, guesses }, now) {
      if (!service) return { outcome: { answer: request.noService } };
      const ruledOut = request.ruledOut?.(service);
      if (ruledOut) return { outcome: { answer: ruledOut } };
      const isOthers = recipient !== undefined && current?.recipient !== recipient;
      const checksMax = (pending: Verification) => checksMaxOf(dependencies.guessing, pending, guesses);
      const decision = decideCheck(isOthers ? undefined : current, command, now, checksMax);
      const answer = decision.ok ? request.answer(decision.value) : request.refused(decision);
      const after = decision.ok ? decision.value : undefined;
      const call = request.facts?.(answer, { before: current, after }, now) ?? [];
      if (!after) return { outcome: { answer }, facts: call };
      const isWrong = after.checks > (current?.checks ?? 0);
      const [refusedCheck] = isWrong ? guessKeys(dependencies.vault, accountSid, after.recipient) : [];
      const facts = [...checkFacts(after, current), ...call];
      return { outcome: { answer, isWrong }, verification: after, facts, refusedCheck, isCheck: true };
    },
  });
  if (isWrong) await lookForSpray(dependencies, request);
  return answer;
}

/** Whoever waits for the answer to a wrong code cannot be quicker than what follows from it. */
async function lookForSpray({ store, guessing, clock }: CheckParts, owner: Pick<Spray, "accountSid" | "serviceSid">) {
  const spray = await store.guesses.judge(owner, clock());
  if (spray) guessing.onSprayed?.(spray);
}

/** A check that passed every test that needs no state. */
export interface CheckCommand {
  /** Whether the caller named the verification by its sid, which is gone once checks are used up. */
  isBySid: boolean;
  /** Whether the code is the verification's, bound to the given amount and payee. Absent for a check without a code. */
  matches: ((verification: Verification) => boolean) | null;
  /** Whether it is about a payment, which silent network authentication is bound to none of. */
  namesPayment?: boolean;
  /** Whether it gives a client token, be there one or not. */
  namesClientToken?: boolean;
  /** Whether the client token is the one that the device got. */
  isClientToken: (sna: SnaState) => boolean;
}

/**
 * Checks a code, or the result of silent network authentication.
 * A wrong code counts, also when amount or payee is what differs; the last one that is evaluated ends the verification.
 * @param checksMax how many checks of a verification are evaluated
 * @returns 60202 by recipient and 20404 by sid once checks are used up; 20404 when nothing is pending; 60200 when a code
 *   is needed and missing, or a client token is given of which there is none.
 */
export function decideCheck(
  current: Verification | undefined,
  command: CheckCommand,
  now: number,
  checksMax: (pending: Verification) => number = () => limits.checksMax,
): Outcome<Verification, 60200 | 60202 | 20404> {
  if (current && !command.isBySid && isLocked(current, now)) {
    return refused(60202, { retryAfterSeconds: secondsLeft(current, now) });
  }
  const reason = reasonGone(current, now);
  if (!current || reason) return refused(20404, { reason: reason ?? "unknown" });
  const wrong = () => accepted(countWrong(current, now, checksMax(current)));
  const { sna } = current;
  if (command.namesClientToken && !sna?.needsClientToken) return invalid("SnaClientToken");
  if (command.matches) {
    const isOthersToken = command.namesClientToken && sna && !command.isClientToken(sna);
    return command.matches(current) && !isOthersToken ? accepted(approve(current, now)) : wrong();
  }
  if (!current.sna || current.channel !== "sna") return refused(60200, { parameter: "Code" });
  if (command.namesPayment) return wrong();
  if (!current.sna.isConfirmed) return accepted(withPendingResult(current, now));
  // Whoever opened the address got a token; a check without it is somebody else's, and is counted like a wrong code.
  const isRight = !current.sna.needsClientToken || command.isClientToken(current.sna);
  return isRight ? accepted(approve(current, now)) : wrong();
}

function approve(verification: Verification, now: number): Verification {
  return { ...verification, status: "approved", code: null, updatedAt: now };
}

function countWrong(verification: Verification, now: number, checksMax: number): Verification {
  const checks = verification.checks + 1;
  const isLast = checks >= checksMax;
  return {
    ...verification,
    checks,
    status: isLast ? "max_attempts_reached" : "pending",
    code: isLast ? null : verification.code,
    updatedAt: now,
  };
}

/** The URL was not opened yet: the answer says so, once an attempt. */
function withPendingResult(verification: Verification, now: number): Verification {
  const attempt = verification.attempts.findLast(({ channel }) => channel === "sna");
  const errors = verification.sna?.errors ?? [];
  if (!verification.sna || !attempt || errors.some(({ attemptSid }) => attemptSid === attempt.sid)) return verification;
  const pending = { attemptSid: attempt.sid, code: 60519 };
  return { ...verification, sna: { ...verification.sna, errors: [...errors, pending] }, updatedAt: now };
}

/**
 * Makes the comparison with what the code was bound to: a payment that was left out is not the one that was sent, and one
 * that is named is not that of a verification without.
 */
function codeMatcher({ matches }: Pick<CodeVault, "matches">, code: string, { Amount, Payee }: Payment) {
  return ({ serviceSid, recipient, amount, payee, code: sealed }: Verification): boolean =>
    sealed !== null &&
    matches(code, sealed, {
      serviceSid,
      recipient,
      amount: Amount ?? (amount === null ? null : ""),
      payee: Payee ?? (payee === null ? null : ""),
    });
}

interface Payment {
  Amount?: string | undefined;
  Payee?: string | undefined;
}

/** The payment that parameters name. What the payer would not see of it is missing. */
export function paymentOf({ Amount, Payee }: Payment) {
  return { Amount: visible(Amount), Payee: visible(Payee) };
}

/** What a service's settings rule out of a payment: on one without PSD2, that it is named at all. */
export function refusalOfPayment({ Amount, Payee }: Payment, { psd2Enabled }: Service["settings"]) {
  const given = [Amount, Payee].filter((text) => text !== undefined).length;
  if (!psd2Enabled) return given > 0 ? refused(60204) : undefined;
  return given < 2 ? refused(60206) : undefined;
}

/** What a check did to a verification; nothing for a check that was not evaluated. */
function checkFacts(after: Verification, before: Verification | undefined): FactType[] {
  if (after.status === "approved") return ["approved"];
  if (after.status === "max_attempts_reached") return ["locked"];
  return after.checks > (before?.checks ?? 0) ? ["check_refused"] : [];
}

/**
 * The same store, to whose decisions a verification has ended, as if it had been cancelled, once no secret opens its
 * code: nobody can prove anything by it, and a new start begins anew.
 */
export function endingLost<S extends StartParts["store"]>(
  store: S,
  { knows }: Pick<CodeVault, "knows">,
  log?: { error(details: object, message: string): void },
): S {
  const told = new Set<string>();
  const withoutLost = (current: Verification | undefined): Verification | undefined => {
    if (!current?.code || knows(current.code)) return current;
    const { keyId } = current.code;
    if (!told.has(keyId)) log?.error({ keyId }, "codes were sealed under a secret that is gone, so they are worthless");
    told.add(keyId);
    return { ...current, status: "canceled", code: null };
  };
  return {
    ...store,
    decide: (command) =>
      store.decide({
        ...command,
        decide(state, now) {
          const current = withoutLost(state.current);
          return command.decide(current === state.current ? state : { ...state, current }, now);
        },
      }),
  };
}
