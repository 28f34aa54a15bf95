import type { Delivered } from "../../provider.ts";
import { statusCode } from "./status.ts";

/** Lets so many run at once; the others wait in their order. */
export function openWindow(size: number): <Value>(run: () => Promise<Value>) => Promise<Value> {
  const queue: (() => void)[] = [];
  let free = size;
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}

/** Holds all messages back when the SMS centre says that they come too fast. */
interface SmppPace {
  /** What a message gets while they are held back. */
  held: () => Delivered | undefined;
  throttled: (status: number) => Delivered;
  accepted: () => void;
}

const pauseMs = { first: 1_000, last: 30_000 };

/** A second, and twice as long each time, until a message is taken again. */
export function openPace(clock: () => number): SmppPace {
  let pause: { until: number; errorCode: string } | undefined;
  let lengthMs = pauseMs.first;

  function held(): Delivered | undefined {
    const leftMs = pause ? pause.until - clock() : 0;
    if (!pause || leftMs <= 0) return undefined;
    return { status: "retry", errorCode: pause.errorCode, retryAfterSeconds: Math.ceil(leftMs / 1000) };
  }

  return {
    held,
    throttled(status) {
      const errorCode = statusCode(status);
      const already = held();
      // One pause for all that were under way together.
      if (already) return already;
      pause = { until: clock() + lengthMs, errorCode };
      const retryAfterSeconds = lengthMs / 1000;
      lengthMs = Math.min(lengthMs * 2, pauseMs.last);
      return { status: "retry", errorCode, retryAfterSeconds };
    },
    accepted() {
      // What was under way when the pause began says nothing of its length.
      if (!held()) lengthMs = pauseMs.first;
    },
  };
}

/** A map that forgets what is oldest. */
export function openMemory<Value>(sizeMax: number) {
  const values = new Map<string, Value>();
  return {
    get: (key: string) => values.get(key),
    has: (key: string) => values.has(key),
    forget: (key: string) => void values.delete(key),
    keep(key: string, value: Value) {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > sizeMax && oldest !== undefined) values.delete(oldest);
    },
  };
}
