/**
 * How many rounds or cases a test goes through: a tenth of its whole budget, so that `npm test` is quick, and all of it
 * in `npm run check:full`, which CI runs by night. The one place that reads which of the two it is.
 */
export function budget(whole: number): number {
  return isWhole ? whole : Math.ceil(whole / 10);
}

/** So many of them, where each is a case: every tenth. */
export function share<T>(whole: readonly T[]): readonly T[] {
  return isWhole ? whole : whole.filter((_, index) => index % 10 === 0);
}

/** For what has no tenth, since it installs what only it needs, and for what takes long even so. */
export const isWhole = process.env.COUNTERSIGN_TESTS === "full";
