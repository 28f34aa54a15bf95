import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from "node:http2";

/** An answer, of whose body 64 KiB are kept at most. */
export interface Answer {
  status: number;
  retryAfterSeconds: number | undefined;
  body: string;
}

/** What came of a request: an answer, or a reason why there is none, which names no address. */
export type Exchange = { answer: Answer } | { reason: string };

export type Http2Client = ReturnType<typeof createHttp2Client>;

export interface Http2Options {
  timeoutMs?: number | undefined;
  /** How often the host is asked whether it is still there. */
  pingMs?: number;
  /** Certificates to trust instead of those that Node.js trusts; PEM. */
  ca?: string | undefined;
}

const [timeoutMsDefault, pingMsDefault] = [10_000, 60_000];
const bodyLengthMax = 64 * 1024;

/**
 * Posts to one host over one connection, which is opened when it is needed and kept. One that the host takes leave of
 * (RFC 9113, section 6.8), or that does not answer in time, gets no further requests, and finishes those that it has.
 */
export function createHttp2Client(
  origin: string,
  { timeoutMs = timeoutMsDefault, pingMs = pingMsDefault, ca }: Http2Options = {},
) {
  let current: ClientHttp2Session | undefined;
  const all = new Set<ClientHttp2Session>();

  function open(): ClientHttp2Session {
    const session = connect(origin, ca === undefined ? {} : { ca });
    const leave = () => {
      if (current === session) current = undefined;
    };
    // What becomes of a request, the request itself tells.
    session.on("error", leave).on("goaway", leave);
    // What stands between may have forgotten a connection that was silent, and tells neither side.
    let isHeard = true;
    const timer = setInterval(() => {
      if (!isHeard) session.destroy();
      isHeard = false;
      if (!session.destroyed) session.ping(() => (isHeard = true));
    }, pingMs).unref();
    session.on("close", () => {
      clearInterval(timer);
      leave();
      all.delete(session);
    });
    session.unref();
    all.add(session);
    current = session;
    return session;
  }

  function abandon(session: ClientHttp2Session): void {
    if (current === session) current = undefined;
    if (session.connecting) session.destroy();
    else session.close();
  }

  function exchange(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: string): Promise<Exchange> {
    return new Promise((resolve) => {
      const stream = session.request({ ":method": "POST", ...headers });
      let answer: Answer | undefined;
      let reason = "connection_closed";
      const timer = setTimeout(() => {
        reason = "timeout";
        stream.close(constants.NGHTTP2_CANCEL);
        abandon(session);
      }, timeoutMs);
      stream.setEncoding("utf8");
      stream.on("response", ({ ":status": status = 0, "retry-after": seconds }) => {
        const retryAfterSeconds = /^\d{1,6}$/.test(String(seconds)) ? Number(seconds) : undefined;
        answer = { status, retryAfterSeconds, body: "" };
      });
      stream.on("data", (text: string) => {
        if (answer && answer.body.length < bodyLengthMax) answer.body += text;
      });
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (reason !== "timeout") reason = error.code ?? reason;
      });
      stream.on("close", () => {
        clearTimeout(timer);
        // Once the status is there, it counts, however the body ends.
        resolve(answer ? { answer } : { reason });
      });
      stream.end(body);
    });
  }

  return {
    /** @param headers with `:path` among them */
    async post(headers: OutgoingHttpHeaders, body: string): Promise<Exchange> {
      const kept = current;
      const first = await exchange(kept ?? open(), headers, body).catch(unsent);
      // A connection that was kept may have been closed on the way of the request.
      const isWorthAnother = kept && "reason" in first && first.reason !== "timeout";
      return isWorthAnother ? exchange(current ?? open(), headers, body).catch(unsent) : first;
    },
    /** Gives up what is under way. */
    close(): void {
      for (const session of all) session.destroy();
    },
  };
}

function unsent(error: NodeJS.ErrnoException): Exchange {
  return { reason: error.code ?? "connection_closed" };
}
