import { answerTo, type Means, type Told } from "./answer.ts";
import type { Asked } from "./request.ts";

export interface Caller {
  /** Sends a call, in place of one that is under way. */
  send(asked: Asked): Promise<void>;
  /** Gives up what is under way, if anything is. */
  cancel(): void;
}

/** Sends one call at a time: of one that was given up, or that another took the place of, nothing is told any more. */
export function createCaller(tell: (told: Told) => void, means: Omit<Means, "signal">): Caller {
  let underWay: AbortController | undefined;
  return {
    async send(asked) {
      underWay?.abort();
      const own = new AbortController();
      underWay = own;
      tell({ words: "Sending…", isUnderWay: true });
      const told = await answerTo(asked, { ...means, signal: own.signal });
      if (underWay !== own) return;
      underWay = undefined;
      tell({ ...told, asked });
    },
    cancel() {
      if (!underWay) return;
      underWay.abort();
      underWay = undefined;
      tell({ words: "Cancelled. What was sent may have been done all the same." });
    },
  };
}
