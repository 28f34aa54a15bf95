/** How long what failed waits until it is tried again. */
interface BackOff {
  firstMs: number;
  longestMs: number;
  /** The part of a wait that chance adds at most. */
  spread: number;
}

/**
 * The wait after so many failures, the first of which is 1: twice as long each time, up to the longest.
 * @param random from 0 to 1
 */
export function backOffMs({ firstMs, longestMs, spread }: BackOff, failures: number, random: number): number {
  return spreadMs(Math.min(firstMs * 2 ** (failures - 1), longestMs), spread, random);
}

/** A wait with some of it added by chance, so that what failed together does not come back together. */
export function spreadMs(waitMs: number, spread: number, random: number): number {
  return Math.round(waitMs * (1 + spread * random));
}
