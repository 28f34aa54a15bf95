import { connect } from "node:tls";
import { tooLarge } from "./bounded-fetch.ts";

/** Why a call has got no answer. */
interface Silence {
  /** In a line, without a full stop. */
  reason: string;
  /** What to do about it, where that is known; without a full stop. */
  remedy?: string;
}

/** Tells of an error of a call that has got no answer from a server why that was. It asks the server again, without credentials. */
export async function silenceOf(server: string, error: unknown): Promise<Silence> {
  const { message, code = "" } = originOf(error);
  const url = new URL(server);
  // The word of the standard of fetch, for ports that are other protocols'.
  if (message === "bad port") {
    return {
      reason: `fetch calls nobody at port ${url.port}, nor does a browser`,
      remedy: "Have it listen at another",
    };
  }
  if (message === tooLarge) return { reason: message, remedy: "Look what answers there" };
  const isOfTls = /^(EPROTO$|ERR_SSL_)/.test(code);
  if (isOfTls || /^(UND_ERR_SOCKET|ECONNRESET)$/.test(code)) {
    const other = otherwise(url);
    if (await (isOfTls ? speaksHttp(other) : speaksTls(other))) {
      const [is, isNot] = [other, url].map(({ protocol }) => protocol.slice(0, -1));
      return { reason: `it speaks ${is}, not ${isNot}`, remedy: `Call it ${other.href.replace(/\/$/, "")}` };
    }
  }
  // What OpenSSL says has lines, and where in itself it was.
  if (isOfTls) return { reason: `no TLS with it: ${code.replace("ERR_SSL_", "").replaceAll("_", " ").toLowerCase()}` };
  return { reason: message || code || "the connection failed" };
}

/** The error that all others came of. */
function originOf(error: unknown): Error & { code?: string } {
  const { cause, errors } = error as Error & { errors?: unknown[] };
  // A name with several addresses fails once for each.
  const earlier = cause ?? errors?.[0];
  return earlier ? originOf(earlier) : (error as Error);
}

/** The same address by the other protocol. */
function otherwise(url: URL): URL {
  const isHttp = url.protocol === "http:";
  const other = new URL(url);
  other.protocol = isHttp ? "https:" : "http:";
  other.port = url.port || (isHttp ? "80" : "443");
  return other;
}

const patienceMs = 2_000;

function speaksHttp(url: URL): Promise<boolean> {
  const asked = fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(patienceMs) });
  return asked.then(
    () => true,
    () => false,
  );
}

function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, "");
    // Whom its certificate is for does not matter: nothing is sent.
    const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false });
    const end = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket
      .setTimeout(patienceMs, () => end(false))
      .once("secureConnect", () => end(true))
      .once("error", () => end(false));
  });
}
