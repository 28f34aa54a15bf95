/** Seconds after each of the first four messages. When there can be a sixth the service tells. */
const waits = [30, 60, 120, 240];

/** Until when each number waits for another message: a number that is typed in anew is no other. In this process's memory. */
export function createWaits() {
  const until = new Map<string, number>();
  return {
    /** Whole seconds; 0 where there can be another message. */
    secondsLeft(number: string): number {
      const now = Date.now();
      for (const [each, at] of until) if (at <= now) until.delete(each);
      return Math.ceil(((until.get(number) ?? now) - now) / 1000);
    },
    /** @param sends how many messages there were for the code that is pending */
    sent(number: string, sends: number): void {
      const seconds = waits[sends - 1];
      if (seconds !== undefined) until.set(number, Date.now() + seconds * 1000);
    },
    /** The code is good no more, so nobody waits for another. */
    ended: (number: string): void => void until.delete(number),
  };
}
