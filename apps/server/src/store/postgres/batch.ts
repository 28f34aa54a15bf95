import type pg from "pg";
import { type LimitKey, readLimit, writeCount } from "../../rate-limits/enforcement.ts";
import type { Statement } from "../../sql/text.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import type { Snapshot } from "../changes.ts";
import { type Answer, type Deciding, fold, type Name, namesIn } from "../fold.ts";
import type { Connected } from "./connection.ts";
import { type GuardRow, guardSnapshot, guardWrites, readGuard } from "./guard.ts";
import { lock, lockKey, type ReadRow, read, writes } from "./statements.ts";

/**
 * Runs one transaction in two round trips: lock and read, then write and commit. The read is a statement of its own, so
 * that it sees what the holder of the lock before it committed.
 * @param onLocked called once the recipients are locked, when the next batch may ask for its locks and keep the order.
 * @returns an answer for each command; it is on disk. @throws what the database throws; then nothing was changed, unless
 *   the connection was lost while it committed.
 */
export async function runBatch(
  { client, begin, isKept }: Connected,
  commands: readonly VerificationCommand<unknown>[],
  { clock, reactions, dayKeys: { keys } }: Deciding,
  onLocked: () => void,
): Promise<Answer[]> {
  // A statement that has no name is prepared for the one time that it runs.
  const ask = <Row extends pg.QueryResultRow>(query: pg.QueryConfig<unknown[]>) =>
    client.query<Row>(isKept ? query : { ...query, name: undefined });
  const { serviceSids, recipients: named, sids, guard, rateLimits, guesses } = namesIn(commands);
  const recipients = named.map(([serviceSid, recipient]): Name => [serviceSid, keys.hash(recipient)]);
  try {
    const [, , { rows }, counted, ...limits] = await sendTogether(client, () => [
      client.query(begin),
      ask(lock(recipients, sids, rateLimits.map(limitLockKey))),
      ask<ReadRow>(read(serviceSids, recipients, sids, guesses)),
      guard ? ask<GuardRow>(readGuard(guard)) : undefined,
      ...rateLimits.map((limit) => client.query({ ...statement(readLimit(limit)), rowMode: "array" as const })),
    ]);
    onLocked();
    const snapshot = {
      ...snapshotOf(rows, keys),
      guard: counted && guardSnapshot(counted.rows),
      rateLimits: rateLimits.map((key, index) => ({ key, rows: limits[index]?.rows ?? [] })),
    };
    const { answers, changes } = fold(snapshot, commands, reactions, clock(), keys);
    // The counters come last, since many wait for their rows.
    const counts = [...changes.bucketCounts.map(writeCount), ...changes.others].map(statement);
    const statements = [...writes(changes, keys), ...counts, ...(changes.guard ? guardWrites(changes.guard) : [])];
    const results = await sendTogether(client, () => [...statements.map(ask), client.query("COMMIT")]);
    // A transaction that failed answers COMMIT with ROLLBACK, and no error.
    if (results.at(-1)?.command !== "COMMIT") throw new Error("The transaction was not committed.");
    return answers;
  } catch (error) {
    client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Starts that count one value under one limit are decided one after the other, whoever they are for. */
function limitLockKey({ serviceSid, uniqueName, valueHash }: LimitKey): string {
  return lockKey(serviceSid, `${uniqueName} ${valueHash}`);
}

function statement({ values, ...statement }: Statement) {
  return { ...statement, values: [...values] };
}

function snapshotOf(rows: ReadRow[], keys: DayKeys): Pick<Snapshot, "services" | "verifications" | "guesses"> {
  return {
    services: rows.flatMap(({ service }) => service ?? []),
    verifications: rows.flatMap(({ verification: row }) => {
      if (!row) return [];
      const { isLatest, revision, sealedRecipient, ...verification } = row;
      const recipient = sealedRecipient === null ? row.recipient : keys.open(sealedRecipient);
      return recipient === undefined ? [] : { verification: { ...verification, recipient }, isLatest, revision };
    }),
    guesses: rows.flatMap(({ guess }) => (guess ? [guess] : [])),
  };
}

/** Sends statements without waiting in between, in one packet: otherwise each is a system call of its own. */
export function sendTogether<Queries extends readonly (Promise<unknown> | undefined)[] | []>(
  client: pg.Client,
  send: () => Queries,
) {
  const { stream } = client.connection;
  stream.cork();
  try {
    return Promise.all(send());
  } finally {
    stream.uncork();
  }
}
