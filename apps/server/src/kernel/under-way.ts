/** Work that was begun and has not ended. */
export function createUnderWay<T>() {
  const all = new Set<Promise<T>>();
  return {
    /** @returns the same work, which is under way until it ends */
    follow(work: Promise<T>): Promise<T> {
      const followed = work.finally(() => all.delete(followed));
      all.add(followed);
      return followed;
    },
    count: () => all.size,
    /** Resolves when all that is under way now has ended. */
    ended: () => Promise.all(all),
  };
}

/** Waits for work, but so long at most. @returns what it resolved to; undefined when it was too late */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
