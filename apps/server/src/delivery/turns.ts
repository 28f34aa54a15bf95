/** Lets so many do something at once; the others wait, in the order of their coming. */
export function createTurns(max: number) {
  const queue: (() => void)[] = [];
  let taken = 0;
  return {
    /** Waits for a turn, which is to be released. */
    async take(): Promise<true> {
      if (taken >= max) await new Promise<void>((resolve) => queue.push(resolve));
      else taken += 1;
      return true;
    },
    /** Takes one although none may be free. */
    takeNow() {
      taken += 1;
    },
    release() {
      // A turn that somebody waits for passes to them.
      const next = taken <= max ? queue.shift() : undefined;
      if (next) next();
      else taken -= 1;
    },
    free: () => Math.max(0, max - taken),
    waiting: () => queue.length,
  };
}
