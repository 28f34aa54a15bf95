import type { Clock } from "../kernel/clock.ts";

/** The sandbox's clock: the real time and what it was moved ahead by. */
export interface MovableClock {
  now: Clock;
  advancedSeconds(): number;
  advance(seconds: number): void;
  reset(): void;
}

/** A clock that can be moved ahead of another, by default the real one. */
export function createSandboxClock(real: Clock = Date.now): MovableClock {
  let advanced = 0;
  return {
    now: () => real() + advanced * 1000,
    advancedSeconds: () => advanced,
    advance: (seconds) => {
      advanced += seconds;
    },
    reset: () => {
      advanced = 0;
    },
  };
}
