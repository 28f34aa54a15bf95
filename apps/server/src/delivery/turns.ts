/** Lets so many do something at once; the others wait, in the order of their coming. */
interface Turns {
  /** Waits for a turn, which is to be released. @returns true */
  take: () => Promise<true>;
  /** Takes one although none may be free. */
  takeNow: () => void;
  release: () => void;
  free: () => number;
  waiting: () => number;
}

export function createTurns(max: number): Turns {
  const queue: (() => void)[] = [];
  let taken = 0;
  return {
    async take() {
      if (taken >= max) await new Promise<void>((resolve) => queue.push(resolve));
      else taken += 1;
      return true;
    },
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
