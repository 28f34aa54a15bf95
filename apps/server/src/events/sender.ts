import { lookup as lookupHost } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** What is posted to somebody's address. */
export interface WebhookRequest {
  /** By default `POST`. */
  method?: "HEAD";
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What came of it: the receiver's status, or why there is none. A reason names no address. */
export type WebhookResult = { status: number } | { error: string };

export type SendWebhook = (request: WebhookRequest) => Promise<WebhookResult>;

/** Where posts may go. */
export interface WebhookReach {
  /** `https:`, and perhaps others. */
  protocols: readonly string[];
  /** Whether that may be this machine; other private addresses stay refused. */
  hasLoopback: boolean;
  /** Whether any address may be: it is the operator's own. */
  isOwn?: boolean;
}

/** That of production. */
export const publicHttps: WebhookReach = { protocols: ["https:"], hasLoopback: false };

interface WebhookSenderOptions extends WebhookReach {
  timeoutMs?: number;
  resolve?: (host: string) => Promise<{ address: string; family: number }[]>;
}

const timeoutMsDefault = 10_000;
const answerBytesMax = 64 * 1024;

/**
 * Makes the function that posts to addresses that strangers chose. The host's addresses are judged when it dials, and
 * just those are dialled, so that a name cannot point elsewhere in between. No redirect is followed, and of an answer
 * 64 KiB are read at most.
 */
export function createWebhookSender({
  protocols,
  hasLoopback,
  isOwn = false,
  timeoutMs = timeoutMsDefault,
  resolve = (host) => lookupHost(host, { all: true }),
}: WebhookSenderOptions): SendWebhook {
  const reach = { protocols, hasLoopback, isOwn };
  const lookup = createLookup(resolve, (address) => mayDial(address, reach));
  return async ({ method = "POST", url: text, headers, body }) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const error = url ? whyNot(url, reach) : notHttps;
    if (!url || error) return { error: error ?? notHttps };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return { status: await post(url, { method, headers, lookup, signal }, body) };
    } catch (error) {
      return { error: signal.aborted ? "timed out" : reasonOf(error) };
    }
  };
}

const notHttps = "the address is not https";

/** Why nothing is posted there, whoever answers; nothing where it may be. A name is judged when it is dialled. */
export function whyNot({ protocol, hostname }: URL, reach: WebhookReach): string | undefined {
  if (!reach.protocols.includes(protocol)) return notHttps;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  // A host that is an address is dialled without a lookup.
  return isIP(host) && !mayDial(host, reach) ? refusedAddress : undefined;
}

function mayDial(address: string, { isOwn = false, hasLoopback }: WebhookReach): boolean {
  return isOwn || isAllowed(address, hasLoopback);
}

function post(url: URL, options: RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const length = Buffer.byteLength(body);
    const request = send(
      { ...hostOf(url), ...options, agent: false },
      // Whether the receiver took it is known; what it says is read so that it may finish.
      (response) => readToEnd(response).then(() => resolve(response.statusCode ?? 0), reject),
    );
    request.on("error", reject);
    request.setHeader("content-length", length);
    request.end(body);
  });
}

/** Without what a URL may say of a user. */
function hostOf({ hostname, port, pathname, search }: URL): RequestOptions {
  return { hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, path: pathname + search };
}

async function readToEnd(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > answerBytesMax) break;
  }
}

export const refusedAddress = "the address is not public";

function createLookup(
  resolve: NonNullable<WebhookSenderOptions["resolve"]>,
  mayDial: (address: string) => boolean,
): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (found) => {
        const allowed = found.filter(({ address }) => mayDial(address));
        const [first] = allowed;
        if (!first) callback(new Error(refusedAddress), "", 0);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, "", 0),
    );
  };
}

/**
 * Public addresses alone: not those that embed another, which may be private (6to4, Teredo, NAT64, ISATAP), nor those of
 * one link's zone.
 */
function isAllowed(address: string, hasLoopback: boolean): boolean {
  if (!isIP(address)) return false;
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === "loopback") return hasLoopback;
  if (range !== "unicast") return false;
  if (parsed instanceof ipaddr.IPv4) return true;
  const isatap = parsed.parts[5] === 0x5efe && ((parsed.parts[4] ?? 0) & ~0x0200) === 0;
  return !address.includes("%") && !isatap && parsed.match(ipaddr.parseCIDR("2000::/3"));
}

/** The error's code, for its text names the address. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message === refusedAddress ? message : (code ?? "the connection failed");
}
