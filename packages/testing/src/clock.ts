import { type Client, unwrap } from "@countersign/client";
import { advanceClock, fetchClock, resetClock } from "@countersign/client/operations";

/** The time in a sandbox. Expiry, windows, limits and retention go by it; waiting for messages does not. */
export interface SandboxClock {
  /** What the sandbox takes for the present, to the second. */
  now(): Promise<Date>;
  /**
   * Goes ahead, by a whole number of seconds up to a year.
   *
   * @returns what the sandbox takes for the present then.
   * @throws VerifyError 60200 for another number of seconds.
   */
  advance(by: TimeSpan): Promise<Date>;
  /** Goes back to the real time. */
  reset(): Promise<void>;
}

/** A length of time: the sum of its parts. */
export interface TimeSpan {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

export function createClock(client: Client): SandboxClock {
  return {
    async now() {
      return new Date((await unwrap(fetchClock(client))).now);
    },
    async advance(by) {
      const { now } = await unwrap(advanceClock(client, { Seconds: secondsOf(by) }));
      return new Date(now);
    },
    async reset() {
      await unwrap(resetClock(client));
    },
  };
}

function secondsOf({ days = 0, hours = 0, minutes = 0, seconds = 0 }: TimeSpan): number {
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
