/** Seconds after each of the first four messages. When there can be a sixth the service tells. */
const waits = [30, 60, 120, 240];

/** After a wait that is over its number's messages count no more: their code has expired by then. */
const forgottenMs = 600_000;

/** Until when each number waits for another message: a number that is typed in anew is no other. In this process's memory. */
export function createWaits() {
  const numbers = new Map<string, { until: number; sends: number }>();
  const note = (number: string, sends: number): void => {
    numbers.set(number, { until: Date.now() + (waits[sends - 1] ?? 0) * 1000, sends });
  };
  return {
    /** Whole seconds; 0 where there can be another message. */
    secondsLeft(number: string): number {
      const now = Date.now();
      for (const [each, { until }] of numbers) if (until + forgottenMs <= now) numbers.delete(each);
      return Math.max(0, Math.ceil(((numbers.get(number)?.until ?? now) - now) / 1000));
    },
    /**
     * Notes a message that is about to be asked for, so that of two presses at once the second waits. Messages that another
     * page has asked for do not count: by how long somebody waits he would learn of them.
     */
    sending(number: string): { isFirst(): void; undo(): void } {
      const before = numbers.get(number);
      note(number, (before?.sends ?? 0) + 1);
      return {
        isFirst: () => note(number, 1),
        undo: () => void (before ? numbers.set(number, before) : numbers.delete(number)),
      };
    },
    /** The code is good no more, so nobody waits for another. */
    ended: (number: string): void => void numbers.delete(number),
  };
}
