import type { FactType } from "./ledger.ts";
import type { CodeVault } from "./vault.ts";
import type { Verification } from "./verification.ts";

/** Makes the comparison with what the code was bound to; a payment that was left out is not the one that was sent. */
export function codeMatcher({ matches }: Pick<CodeVault, "matches">, code: string, payment: Payment = {}) {
  return ({ serviceSid, recipient, amount, payee, code: sealed }: Verification): boolean =>
    sealed !== null &&
    matches(code, sealed, {
      serviceSid,
      recipient,
      amount: amount === null ? null : (payment.Amount ?? ""),
      payee: payee === null ? null : (payment.Payee ?? ""),
    });
}

interface Payment {
  Amount?: string;
  Payee?: string;
}

/** What a check did to a verification; nothing for a check that was not evaluated. */
export function checkFacts(after: Verification, before: Verification | undefined): FactType[] {
  if (after.status === "approved") return ["approved"];
  if (after.status === "max_attempts_reached") return ["locked"];
  return after.checks > (before?.checks ?? 0) ? ["check_refused"] : [];
}
