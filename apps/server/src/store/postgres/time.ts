import type { Clock } from "../../kernel/clock.ts";
import type { StoreLog } from "../store.ts";

/** The database's time, as a process keeps it. */
export interface DatabaseTime {
  now: Clock;
  /** By how much this machine's clock is ahead of it. */
  aheadMs(): number;
  stop(): void;
}

/** In milliseconds since 1970. */
export const selectTime = "SELECT extract(epoch FROM clock_timestamp()) * 1000";

interface TimeOptions {
  log?: StoreLog | undefined;
  /** This machine's clock, which may be wrong, and jump. */
  wall?: Clock;
  /** Goes on evenly, whatever becomes of the clock. */
  steady?: Clock;
  repeat?: (work: () => void, everyMs: number) => () => void;
}

const measuredEveryMs = 60_000;
const lookEveryMs = 1_000;
/** More is said, since signatures and certificates still depend on this machine's clock. */
const warnAboveMs = 2_000;

/**
 * Measures the database's time at the start and every minute. In between it goes on with a clock that nobody sets; where
 * that one and the machine's part, as after a sleep, it is measured at once.
 * @param read the database's time in milliseconds. @throws what `read` throws at the start
 */
export async function keepDatabaseTime(read: () => Promise<number>, options: TimeOptions = {}): Promise<DatabaseTime> {
  const { log, wall = Date.now, steady = () => performance.now(), repeat = repeatByTimer } = options;
  let origin = Number.NaN;
  let measuredAt = 0;
  let apart = 0;
  let measuring = false;
  const now = () => Math.round(origin + steady());
  const aheadMs = () => wall() - now();

  async function measure(): Promise<void> {
    const begun = steady();
    const at = await read();
    measuredAt = steady();
    apart = wall() - measuredAt;
    const error = (measuredAt - begun) / 2;
    const found = at - begun - error;
    // What may be the way to the database and back is no reason to move.
    if (!(Math.abs(found - origin) <= error)) origin = found;
    const aheadSeconds = aheadMs() / 1000;
    if (Math.abs(aheadMs()) > warnAboveMs) log?.warn({ aheadSeconds }, "this machine's clock is not the database's");
  }

  await measure();
  const end = repeat(() => {
    const isDue = steady() - measuredAt >= measuredEveryMs || Math.abs(wall() - steady() - apart) > warnAboveMs;
    if (!isDue || measuring) return;
    measuring = true;
    // A database that is gone comes back; until then the time goes on as it was.
    measure()
      .catch(() => {})
      .finally(() => {
        measuring = false;
      });
  }, lookEveryMs);
  return { now, aheadMs, stop: end };
}

function repeatByTimer(work: () => void, everyMs: number): () => void {
  const timer = setInterval(work, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
