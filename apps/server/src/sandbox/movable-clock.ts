import type { Clock } from "../kernel/clock.ts";

/** The sandbox's clock: the real time and what it was moved ahead by. */
export interface MovableClock {
  now: Clock;
  advancedSeconds(): number;
  advance(seconds: number): void;
  reset(): void;
}
