import type { IncomingMessage } from "node:http";

/** Where a caller reaches the service. */
export interface Address {
  /** What every absolute address of the service begins with; without a slash at the end. */
  base: string;
  /**
   * Makes the absolute address of the request, which most operations do without. V8 keeps a getter among its old things, and
   * with it all that was made for the request, until it collects those.
   */
  url: () => URL;
}

/**
 * Makes the function that tells a request's address: under the public URL, which may have a path that a proxy takes away,
 * else under the host that the request names. What a proxy says is not heeded, since anybody can say it.
 */
export function createAddressReader(publicUrl: string | undefined): (request: IncomingMessage) => Address {
  if (publicUrl !== undefined) {
    const base = publicUrl.replace(/\/+$/, "");
    return (request) => addressBelow(base, request);
  }
  let latest = { origin: "", base: "" };
  return (request) => {
    const origin = originOf(request);
    if (origin !== latest.origin) {
      // What the request names may be no host, as one with the port 99999.
      latest = { origin, base: URL.canParse(origin) ? new URL(origin).origin : ownOf(request) };
    }
    return addressBelow(latest.base, request);
  };
}

function addressBelow(base: string, request: IncomingMessage): Address {
  return { base, url: () => new URL(base + targetOf(request)) };
}

/** The path and the query, without the origin that a proxy's request line may have. */
export function targetOf({ url = "/" }: IncomingMessage): string {
  return url.startsWith("/") ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/^(?!\/)/, "/");
}

/** The path as it was sent. */
export function pathOf(request: IncomingMessage): string {
  return targetOf(request).replace(/[?#].*$/s, "");
}

/** The query as it was sent, without the question mark. */
export function queryOf(request: IncomingMessage): string {
  const target = targetOf(request);
  const start = target.indexOf("?");
  return start < 0 ? "" : target.slice(start + 1).replace(/#.*$/s, "");
}

function originOf(request: IncomingMessage): string {
  const { host = "" } = request.headers;
  return isHost.test(host) ? `${schemeOf(request)}://${host.toLowerCase()}` : ownOf(request);
}

/** Where it was reached, by this machine. */
function ownOf(request: IncomingMessage): string {
  return `${schemeOf(request)}://127.0.0.1:${request.socket.localPort ?? 80}`;
}

function schemeOf({ socket }: IncomingMessage): string {
  // Node's plain connections have no such word, Bun's say no.
  return "encrypted" in socket && socket.encrypted === true ? "https" : "http";
}

/** A name or an address, and a port; it goes into the answer's addresses. */
const isHost = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;
