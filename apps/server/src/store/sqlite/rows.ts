import type { LoggedFact } from "../../verifications/ledger.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { StoredVerification } from "../fold.ts";

/** A verification stands in its row as JSON; the columns beside it are for finding it. */
export function verificationsOf(states: string): StoredVerification[] {
  const rows: [isLatest: number, verification: Verification][] = JSON.parse(`[${states}]`);
  // No other process writes during the transaction, so that it needs no revision.
  return rows.map(([isLatest, verification]) => ({ verification, isLatest: isLatest === 1, revision: 1 }));
}

/** When it ended, or when its window will end. */
export function endedAt({ status, updatedAt, expiresAt }: Verification): number {
  return status === "approved" || status === "canceled" ? updatedAt : expiresAt;
}

/** One line of JSON for each. */
export function factLines(facts: readonly LoggedFact[]): string {
  return facts.map(({ at, type }) => `${JSON.stringify({ at, type })}\n`).join("");
}

export function factsOf(lines: string): LoggedFact[] {
  return lines.split("\n").flatMap((line) => (line ? [JSON.parse(line)] : []));
}
