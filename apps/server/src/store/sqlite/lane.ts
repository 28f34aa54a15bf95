import { setTimeout as delay } from "node:timers/promises";
import { randomFraction } from "../../kernel/random.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { type Answer, aloneWaitMs, settle } from "../fold.ts";
import { type Connection, isBusy } from "./connection.ts";

/** Where all writes queue: jobs that arrive together share a transaction, and one commit. */
export interface Lane {
  /**
   * Runs the job in the next transaction, after those that came before it, and resolves once that is on disk. A job
   * that throws is undone alone. It may run twice, so it has no effect but in the database.
   * @param isForOne whether just one caller waits for what the job did
   */
  write<T>(job: () => T, isForOne?: () => boolean): Promise<T>;
  /** Runs the work while no transaction is under way. */
  between(work: () => Promise<void>): Promise<void>;
  /** Runs the work in a transaction of its own, which may span turns of the event loop: all others wait. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Has something called whenever a transaction is on disk. */
  onCommit(committed: () => void): void;
  /** Resolves when everything that was asked before has been answered. */
  close(): Promise<void>;
}

interface Waiting {
  job: () => unknown;
  isForOne: () => boolean;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** A batch holds up the event loop, and with it every other caller, so it has an end. */
const batchMax = 256;

interface LaneOptions {
  /** How long a transaction waits for the one of another process. */
  busyTimeoutMs: number;
  /** Whether a commit has a disk to wait for. */
  isFile: boolean;
  /** What was read from earlier transactions: when one begins, all of it may have changed. */
  remembered: { clear(): void };
  /** Milliseconds by a clock that nobody moves. */
  elapsed?: () => number;
}

/** From here on the event loop does not wait for a disk; to wake another thread takes a good part of it. */
const slowMs = 1;
/** Of so many commits on a disk that has become slow one tells whether it still is, and of twice as many each time that it is. */
const commitsUntilLook = { least: 16, most: 1_024 };

export function createLane(
  db: Connection,
  { busyTimeoutMs, isFile, remembered, elapsed = () => performance.now() }: LaneOptions,
): Lane {
  const waiting: Waiting[] = [];
  const between: (() => Promise<void>)[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;
  let committed = () => {};
  /** How long the latest commit took that the event loop waited for, how many there were since, and are until the next. */
  let [waitedMs, unseen, untilLook] = [0, 0, commitsUntilLook.least];

  /** What arrives in one turn of the event loop shares a batch, and so does what arrives while it waits to begin. */
  async function drain(): Promise<void> {
    await nextTurn();
    for (;;) {
      for (const work of between.splice(0)) await work();
      if (waiting.length === 0) break;
      let batch = waiting;
      try {
        await begin(db, busyTimeoutMs);
        batch = waiting.splice(0, batchMax);
        settle(batch, await runBatch(batch));
      } catch (error) {
        for (const { reject } of batch.splice(0)) reject(error);
      }
      await nextTurn();
    }
    running = undefined;
  }

  async function runBatch(batch: readonly Waiting[]): Promise<Answer[]> {
    try {
      return await transact(batch, () => batch.map(({ job }) => ({ outcome: job() })));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      // One of them failed. A savepoint costs more than most jobs, so each gets its own only now.
      await begin(db, busyTimeoutMs);
      return transact(batch, () => batch.map(({ job }) => runApart(db, job)));
    }
  }

  /** Commits what the work does in the transaction that has begun, or undoes it. */
  async function transact<T>(batch: readonly Waiting[], work: () => T): Promise<T> {
    try {
      remembered.clear();
      const result = work();
      await commit(batch.length === 1 && batch.every((waiting) => waiting.isForOne()));
      return result;
    } catch (error) {
      rollBack(db);
      throw error;
    }
  }

  async function commit(isForOne: boolean): Promise<void> {
    const isSlow = waitedMs > slowMs && unseen < untilLook;
    // Where only one waits, it is spared another thread.
    if (isFile && isSlow && !isForOne) {
      unseen += 1;
      await db.execInBackground("COMMIT");
    } else {
      const begunAt = elapsed();
      const wasSlow = waitedMs > slowMs;
      db.exec("COMMIT");
      [waitedMs, unseen] = [elapsed() - begunAt, 0];
      untilLook =
        wasSlow && waitedMs > slowMs ? Math.min(2 * untilLook, commitsUntilLook.most) : commitsUntilLook.least;
    }
    committed();
  }

  async function runAlone<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new StoreUnavailableError("The store is closed.");
    await begin(db, aloneWaitMs);
    try {
      remembered.clear();
      const result = await work();
      await commit(true);
      return result;
    } catch (error) {
      rollBack(db);
      throw error;
    }
  }

  const next = <T>(work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      between.push(() => work().then(resolve, reject));
      running ??= drain();
    });

  return {
    write: <T>(job: () => T, isForOne = () => false) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(new StoreUnavailableError("The store is closed."));
        waiting.push({ job, isForOne, resolve: resolve as Waiting["resolve"], reject });
        running ??= drain();
      }),
    between: next,
    alone: (work) => next(() => runAlone(work)),
    onCommit(next) {
      committed = next;
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits for another process between turns of the event loop, not in SQLite, which would stop every other request. */
async function begin(db: Connection, busyTimeoutMs: number): Promise<void> {
  const until = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
    }
    // Not evenly, so that two that wait do not meet again.
    await delay(1 + 9 * randomFraction());
  }
}

/** After some faults SQLite has already rolled back by itself, and says so by another one. */
function rollBack(db: Connection): void {
  try {
    db.exec("ROLLBACK");
  } catch {}
}

function runApart(db: Connection, job: () => unknown): Answer {
  db.exec("SAVEPOINT job");
  try {
    const outcome = job();
    db.exec("RELEASE job");
    return { outcome };
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    db.exec("ROLLBACK TO job; RELEASE job");
    return { error };
  }
}
