import type { Clock } from "../kernel/clock.ts";
import { limits } from "../kernel/limits.ts";
import type { Store } from "./store.ts";

/** Erases what the log may not keep any longer. */
export interface Sweeper {
  /** Erases what is too old by now. @throws what the store throws */
  run(): Promise<void>;
  /** Runs at once, and then every hour. */
  start(): void;
  /** Runs no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface SweeperOptions {
  store: Pick<Store, "erase">;
  clock: Clock;
  log?: { error(details: object, message: string): void };
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
