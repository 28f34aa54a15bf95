import type { Attempt } from "../src/attempts/attempt.ts";
import { type CountColumn, countColumns, dayMs } from "../src/console/figure.ts";
import type { Page, PageRequest } from "../src/kernel/page.ts";
import type { Store } from "../src/store/store.ts";
import type { FactType } from "../src/verifications/ledger.ts";

type Counts = Partial<Record<CountColumn | "approvals", number>>;

/**
 * Which sums of an account's figures are not those of its attempts, of the facts of the verifications that these are of,
 * and of its refused starts, a line each: none must be. Verifications without an attempt, as by silent network
 * authentication, are not looked at.
 */
export async function figuresUnlikeFacts(store: Store, accountSid: string): Promise<string[]> {
  const [figures, facts] = [await sumOfFigures(store, accountSid), await sumOfFacts(store, accountSid)];
  const names = [...new Set([...Object.keys(figures), ...Object.keys(facts)])] as (keyof Counts)[];
  return names.flatMap((name) => {
    const [counted, happened] = [figures[name] ?? 0, facts[name] ?? 0];
    return counted === happened ? [] : [`${name}: ${counted} counted, ${happened} happened`];
  });
}

/** All that was ever counted, approvals in one. */
export async function sumOfFigures(store: Store, accountSid: string): Promise<Counts> {
  const [from, to] = [0, (Math.ceil(store.clock() / dayMs) + 400) * dayMs];
  const counted = await store.figures.read({ accountSid, group: "channel", by: "day", from, to });
  const sum: Counts = {};
  for (const { counts } of counted) {
    for (const column of countColumns) {
      const name = column.startsWith("approved_") ? "approvals" : column;
      if (counts[column] !== 0) sum[name] = (sum[name] ?? 0) + counts[column];
    }
  }
  return sum;
}

const names: Partial<Record<FactType, keyof Counts>> = {
  started: "starts",
  check_refused: "refused_checks",
  locked: "locks",
  approved: "approvals",
  canceled: "cancellations",
};

async function sumOfFacts(store: Store, accountSid: string): Promise<Counts> {
  const attempts = await allAttempts(store, accountSid);
  const refused = await allPages((request) => store.refusedStarts.list(accountSid, {}, request));
  const count = (isSo: (attempt: Attempt) => boolean) => attempts.filter(isSo).length;
  const sum: Counts = {
    refused_starts: refused.length,
    sends: attempts.length,
    handed_over: count(({ provider }) => provider !== null),
    delivered: count(({ delivery: { status } }) => status === "delivered"),
    undelivered: count(({ delivery: { status } }) => status === "failed" || status === "undelivered"),
  };
  const verifications = new Map(attempts.map(({ verificationSid, serviceSid }) => [verificationSid, serviceSid]));
  for (const [sid, serviceSid] of verifications) {
    for (const { type } of await store.facts(serviceSid, sid)) {
      const name = names[type];
      if (name) sum[name] = (sum[name] ?? 0) + 1;
    }
  }
  return sum;
}

/** Every page of them. */
export function allAttempts({ attempts }: Pick<Store, "attempts">, accountSid: string): Promise<Attempt[]> {
  return allPages((request) => attempts.list(accountSid, {}, request));
}

async function allPages<T extends { createdAt: number; sid: string }>(
  list: (request: PageRequest) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let from: PageRequest["from"]; ; ) {
    const { items, hasNext } = await list({ size: 1000, ...(from && { from }) });
    all.push(...items);
    const last = items.at(-1);
    if (!hasNext || !last) return all;
    from = { direction: "after", createdAt: last.createdAt, sid: last.sid };
  }
}
