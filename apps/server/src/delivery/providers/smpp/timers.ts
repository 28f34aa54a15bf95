import { randomFraction } from "../../../kernel/random.ts";
/** Time and chance of a connection: the real ones, whatever the sandbox's clock says. */
export interface SmppTimers {
  /** Milliseconds since 1970. */
  clock: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** Runs once, unless the returned function is called before. */
  after: (ms: number, run: () => void) => () => void;
}

export const realTimers: SmppTimers = {
  clock: Date.now,
  random: randomFraction,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
