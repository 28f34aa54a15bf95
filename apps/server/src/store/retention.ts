import type { Clock } from "../kernel/clock.ts";
import { limits } from "../kernel/limits.ts";
import type { Erased, Keeping } from "../sql/table.ts";
import { run, type Sql, type Value } from "../sql/text.ts";

/** Deletes everything but what a reset leaves. */
export function resetTables(sql: Sql, tables: readonly Keeping[]): Promise<void> {
  return sql.transact(function* () {
    for (const { name, survivesReset } of tables.toReversed()) if (!survivesReset) yield* run(`DELETE FROM ${name}`);
  });
}

interface EraserOptions {
  kind: "sqlite" | "postgres";
  clock: Clock;
  rowsPerStep: number;
}

/**
 * Makes the function that erases from every table what is older than a time. It works in steps: one that fails leaves the
 * earlier ones done, and the next call goes on.
 */
export function createEraser(sql: Sql, tables: readonly Keeping[], { kind, clock, rowsPerStep }: EraserOptions) {
  async function eraseFrom({ name, key }: Keeping, { column, and, below, each }: Erased, before: number) {
    const bound = below ? below({ before, now: clock() }) : before;
    const old = [`${column} < $1`, ...(and ? [and[kind]] : []), ...(each ? [`${each} = $2`] : [])].join(" AND ");
    // PostgreSQL looks at a row again that was changed while it waited for it, but not at what was found of it before.
    const still = kind === "postgres" ? `${old} AND ` : "";
    const some = `SELECT ${key} FROM ${name} WHERE ${old} LIMIT ${rowsPerStep}`;
    const text = `DELETE FROM ${name} WHERE ${still}(${key}) IN (${some})`;
    const repeat = async (values: readonly Value[]) => {
      while ((await sql.run(text, values)).count === rowsPerStep);
    };
    if (!each) return repeat([bound]);
    const next = async (after: string) =>
      (await sql.read(`SELECT min(${each}) FROM ${name} WHERE ${each} > $1`, [after]))[0]?.[0] as string | null;
    for (let value = await next(""); value !== null; value = await next(value)) await repeat([bound, value]);
  }

  return async (before: number): Promise<void> => {
    for (const table of tables) if (!("never" in table.erased)) await eraseFrom(table, table.erased, before);
  };
}

/** Erases what the log may not keep any longer. */
export interface Sweeper {
  /** Erases what is too old by now. @throws what the store throws */
  run(): Promise<void>;
  /** Runs at once, and then every hour. */
  start(): void;
  /** Runs no more, and waits for what is under way. */
  stop(): Promise<void>;
}

interface SweeperOptions {
  store: { erase(before: number): Promise<void> };
  clock: Clock;
  log?: { error(details: object, message: string): void } | undefined;
  /** Repeats the work. @returns what ends it */
  repeat?: (work: () => void, everyMs: number) => () => void;
}

const everyMs = 3_600_000;
const retentionMs = limits.retentionDays * 86_400_000;

/** Several may share a store. */
export function createSweeper({ store, clock, log, repeat = repeatByTimer }: SweeperOptions): Sweeper {
  let last: Promise<unknown> = Promise.resolve();
  let end: (() => void) | undefined;

  /** One after the other, each by the time at which it begins. */
  function run(): Promise<void> {
    const next = last.then(() => store.erase(clock() - retentionMs));
    last = next.catch(() => undefined);
    return next;
  }

  /** A store that is gone comes back, and what is in it is erased then. */
  function runAlone(): void {
    run().catch((error: unknown) => log?.error({ err: error }, "what is too old cannot be erased"));
  }

  return {
    run,
    start() {
      runAlone();
      end = repeat(runAlone, everyMs);
    },
    async stop() {
      end?.();
      await last;
    },
  };
}

function repeatByTimer(work: () => void, everyMs: number): () => void {
  const timer = setInterval(work, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
