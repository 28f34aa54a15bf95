import type { Clock } from "../kernel/clock.ts";
import type { MovableClock } from "./movable-clock.ts";

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
