import { backOffMs } from "../../../kernel/back-off.ts";
import type { SmppSession, SmppTimers } from "./session.ts";

export interface SmppLog {
  info: (details: object, message: string) => void;
  warn: (details: object, message: string) => void;
}

interface NoSession {
  errorCode: string;
  retryAfterSeconds: number;
}

/** The half of each wait is chance, so that many processes do not come back at once. */
const backOff = { firstMs: 500, longestMs: 30_000, spread: 1 };

/**
 * Keeps one session bound, from the first use on. A session that ends, or does not come about, is opened again:
 * after up to a second, and after twice as much each time that it fails, up to a minute.
 */
export function keepBound(
  name: string,
  open: () => Promise<SmppSession>,
  timers: SmppTimers,
  log: SmppLog | undefined,
) {
  let session: SmppSession | undefined;
  let opening: Promise<SmppSession | NoSession> | undefined;
  let down: { errorCode: string; until: number } | undefined;
  let cancelRetry = () => {};
  let failures = 0;
  let isClosed = false;

  function wait(errorCode: string): NoSession {
    session = undefined;
    failures++;
    const waitMs = backOffMs(backOff, failures, timers.random());
    down = { errorCode, until: timers.clock() + waitMs };
    if (!isClosed) cancelRetry = timers.after(waitMs, () => void start());
    log?.warn({ provider: name, errorCode, retryAfterMs: waitMs }, "SMS centre is not connected");
    return { errorCode, retryAfterSeconds: Math.ceil(waitMs / 1000) };
  }

  function start(): Promise<SmppSession | NoSession> {
    down = undefined;
    opening = open()
      .then(
        (opened) => {
          session = opened;
          failures = 0;
          log?.info({ provider: name }, "SMS centre is connected");
          void opened.closed.then((reason) => isClosed || wait(reason));
          return opened;
        },
        (error: Error) => wait(error.message),
      )
      .finally(() => {
        opening = undefined;
      });
    return opening;
  }

  return {
    /** The session; or, while there is none, why and for how long. Waits for a bind that is under way. */
    async session(): Promise<SmppSession | NoSession> {
      if (isClosed) return { errorCode: "smpp_closed", retryAfterSeconds: 1 };
      if (session) return session;
      if (!down) return opening ?? start();
      const { errorCode, until } = down;
      return { errorCode, retryAfterSeconds: Math.max(1, Math.ceil((until - timers.clock()) / 1000)) };
    },
    /** The session, if there is one now. */
    current: () => session,
    async close() {
      isClosed = true;
      cancelRetry();
      await opening;
      await session?.unbind();
    },
  };
}
