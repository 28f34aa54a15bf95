import type { GuardChanges } from "../../guard/counts.ts";
import { type LimitKey, readLimit, writeCount } from "../../rate-limits/enforcement.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import type { Changes } from "../changes.ts";
import { type Answer, type Deciding, fold, type Name, namesIn } from "../fold.ts";
import { assumptionsOf } from "./assumptions.ts";
import { type Connected, isChanged, isConflict } from "./connection.ts";
import { countWrites, type GuardRow, guardSnapshot, guardWrites, readGuard, takeBack } from "./guard.ts";
import { type Known, storedOf } from "./known.ts";
import { assure, lock, lockKey, lockKnown, type ReadRow, read, writes } from "./statements.ts";
import { type Asked, asked, beginOf, commit, send, sendWhole } from "./trip.ts";

type Commands = readonly VerificationCommand<unknown>[];
type Names = ReturnType<typeof namesIn>;

/** What the batches of a process have in common. */
export interface Batching extends Deciding {
  known: Known;
}

/**
 * Runs one transaction, and ahead of it one that counts. What was read and written lately is known, and so one round trip
 * is mostly enough: it locks, has the database hold what was decided on against what is there, and writes. What is not
 * known is read before, without a lock. Where anything is not so any more, the batch is decided under its locks.
 * @returns an answer for each command; it is on disk. @throws what the database throws; then nothing was changed, unless
 *   the connection was lost: while it committed, or before what was counted could be taken back.
 */
export async function runBatch(connected: Connected, commands: Commands, batching: Batching): Promise<Answer[]> {
  const names = namesIn(commands);
  // What limits counted is read under a lock: nothing else keeps two apart who count the same value.
  const answers = names.rateLimits.length > 0 ? undefined : await decideAhead(connected, commands, names, batching);
  return answers ?? decideUnderLocks(connected, commands, names, batching);
}

/** @returns nothing where what was decided on is not so, or not enough */
async function decideAhead(connected: Connected, commands: Commands, names: Names, batching: Batching) {
  const { clock, reactions, known } = batching;
  const { keys } = batching.dayKeys;
  const { guard } = names;
  const assumptions = assumptionsOf(commands, names, known, keys);
  const { serviceSids, recipients, sids, guesses } = assumptions.missing;
  const unknown = [
    ...(assumptions.isComplete ? [] : [read(serviceSids, recipients, sids, guesses)]),
    ...(guard ? [readGuard(guard)] : []),
  ];
  const found = unknown.length > 0 ? await sendWhole(connected, unknown) : [];
  if (!assumptions.isComplete) assumptions.learn(found[0] as ReadRow[], clock());
  const counted = guard && guardSnapshot(found.at(-1) as GuardRow[]);
  const now = clock();
  const snapshot = { ...assumptions.snapshot(), guard: counted, rateLimits: [] };
  const { answers, changes } = fold(snapshot, assumptions.watched(), reactions, now, keys);
  if (!assumptions.areEnough()) return undefined;
  const counts = changes.guard?.counts ?? [];
  const proofs = counts.filter(({ isProof }) => isProof);
  const others = proofs.length > 0 ? counts.filter(({ isProof }) => !isProof) : counts;
  try {
    await sendCounted(connected, others, [
      lockKnown(assumptions.recipients()),
      assure(assumptions.assumed(changes)),
      ...writesOf(changes, keys, now),
      ...countWrites(proofs),
    ]);
  } catch (error) {
    assumptions.forget();
    if (isChanged(error) || isConflict(error)) return undefined;
    throw error;
  }
  keep(changes, known, now);
  return answers;
}

/** Locks and reads, then writes and commits. The read follows the lock, and sees what its last holder committed. */
async function decideUnderLocks(connected: Connected, commands: Commands, names: Names, batching: Batching) {
  const { clock, reactions, known } = batching;
  const { keys } = batching.dayKeys;
  const { serviceSids, sids, guard, rateLimits, guesses } = names;
  const { client, isKept } = connected;
  const recipients = names.recipients.map(([serviceSid, recipient]): Name => [serviceSid, keys.hash(recipient)]);
  const begin = beginOf(connected.begin);
  try {
    const found = await send(client, isKept, [
      ...begin,
      lock(recipients, sids, rateLimits.map(limitLockKey)),
      read(serviceSids, recipients, sids, guesses),
      ...rateLimits.map((limit) => asked(readLimit(limit))),
      ...(guard ? [readGuard(guard)] : []),
    ]);
    const [first, ...counted] = found.slice(begin.length + 1).map(({ rows }) => rows);
    const rows = first as ReadRow[];
    const now = clock();
    const verifications = rows.flatMap(([, verification]) => storedOf(verification, keys));
    const snapshot = {
      services: rows.flatMap(([service]) => (service ? [service[0]] : [])),
      verifications,
      guesses: rows.flatMap(([, , guess]) => (guess ? [guess] : [])),
      guard: guard && guardSnapshot(counted.at(-1) as GuardRow[]),
      rateLimits: rateLimits.map((key, index) => ({ key, rows: counted[index] ?? [] })),
    };
    const { answers, changes } = fold(snapshot, commands, reactions, now, keys);
    const counts = countWrites(changes.guard?.counts ?? []);
    // The counters come last, since many wait for their rows.
    const results = await send(client, isKept, [...writesOf(changes, keys, now), ...counts, commit]);
    // A transaction that failed answers COMMIT with ROLLBACK, and no error.
    if (results.at(-1)?.command !== "COMMIT") throw new Error("The transaction was not committed.");
    for (const stored of verifications) known.keep(stored, now);
    for (const [name, times] of snapshot.guesses) known.keepGuessed(name, times);
    keep(changes, known, now);
    return answers;
  } catch (error) {
    client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/**
 * Sends statements that are one transaction, and before them in the same message one that adds to counters: many wait for
 * their rows, and so it does not wait for the disk. What is more than a maximum is refused before anything else is done.
 * Where only the other one fails, what was counted is taken back.
 */
async function sendCounted(connected: Connected, counts: GuardChanges["counts"], statements: readonly Asked[]) {
  if (counts.length === 0) return sendWhole(connected, statements);
  const ahead = (writes: readonly Asked[]) => [...beginOf(connected.beginAhead), ...writes, commit];
  const counting = ahead(countWrites(counts));
  const progress = { done: 0 };
  try {
    return await sendWhole(connected, statements, counting, progress);
  } catch (error) {
    const isCounted = progress.done >= counting.length;
    // It may have failed for what its session had not prepared. Where nothing can be taken back, a send too many was counted.
    if (isCounted) await sendWhole({ ...connected, isKept: false }, [], ahead([takeBack(counts)])).catch(() => {});
    throw error;
  }
}

/** What a batch writes, but what the guard counts. */
function writesOf(changes: Changes, keys: DayKeys, now: number): Asked[] {
  const counts = [...changes.bucketCounts.map(writeCount), ...changes.others].map(asked);
  return [...writes(changes, keys, now), ...counts, ...(changes.guard ? guardWrites(changes.guard) : [])];
}

function keep({ verifications }: Changes, known: Known, now: number): void {
  for (const { verification, isLatest, revision, kept } of verifications) {
    known.keep({ verification, isLatest, revision: revision + 1, kept }, now);
  }
}

/** Starts that count one value under one limit are decided one after the other, whoever they are for. */
export function limitLockKey({ serviceSid, uniqueName, valueHash }: LimitKey): string {
  return lockKey(serviceSid, `${uniqueName} ${valueHash}`);
}
