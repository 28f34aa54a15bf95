import { type History, recordsOf } from "./history.ts";

/** The server's clock, as far as the runner knows it. */
export interface ServerTime {
  /** What it showed at a moment of the runner's. */
  at: (moment: number) => number;
  /** The least and the most that it can have shown in a span of the runner's; a step may lie in it. */
  during: (from: number, until: number) => Window;
}

export interface Window {
  from: number;
  until: number;
}

export function serverTimeOf(history: History): ServerTime {
  const steps = recordsOf(history, "clock");
  const aheadAt = (moment: number) => steps.findLast(({ at }) => at <= moment)?.aheadMs ?? 0;
  return {
    at: (moment) => moment + aheadAt(moment),
    during(from, until) {
      // Of one millisecond nobody knows what came first.
      const within = steps.filter(({ at }) => at >= from && at <= until);
      const shown = [
        from + aheadAt(from),
        until + aheadAt(until),
        // A step shows the time before it and the one after it.
        ...within.flatMap(({ at, aheadMs }) => [at + aheadMs, at + aheadAt(at - 1)]),
      ];
      return { from: Math.min(...shown), until: Math.max(...shown) };
    },
  };
}
