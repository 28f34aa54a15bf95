import { once } from "node:events";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { connect } from "node:tls";
import { urlToHttpOptions } from "node:url";
import { createUnderWay } from "../../../kernel/under-way.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { endpointOf, tlsOptions } from "../endpoint.ts";
import { type GatewayPost, gatewayPost } from "./message.ts";
import type { GatewayChannel } from "./recipe.ts";
import { type Exchange, resultOf } from "./result.ts";
import { accountName, gatewayName, readGatewaySettings } from "./settings.ts";

interface GatewayOptions {
  channel: GatewayChannel;
  /** Where a gateway of one's own posts its receipts; nowhere without it. */
  callbackUrl?: string | undefined;
  /** Where a provider that is known by name posts those of an attempt; nowhere without it. */
  addresses?: ProviderAddresses | undefined;
  /** Milliseconds since 1970, for the signature: the real time, whatever the sandbox's clock says. */
  clock?: () => number;
  timeoutMs?: number;
  /** Certificates to trust instead of those that Node.js trusts; PEM. */
  ca?: string;
}

/** An attempt as a provider carries it. */
export interface Carried {
  /** The name of the provider. */
  provider: string;
  /** As which account of it the server sends. */
  account: string;
  channel: GatewayChannel;
  attemptSid: string;
}

/** What a message belongs to, and the code that it brings. */
export type Awaiting = Pick<OutboxMessage, "accountSid" | "serviceSid"> &
  Pick<DeliverableMessage, "verificationSid" | "code">;

/** Addresses that a provider is told. */
export interface ProviderAddresses {
  receiptUrl: (carried: Carried) => string;
  /** @param awaiting what must still wait for the document when it is asked for */
  documentUrl: (carried: Carried, document: string, awaiting: Awaiting) => string;
}

const timeoutMsDefault = 10_000;

/**
 * Opens a gateway that is reached by HTTPS: each message is one POST. Without `preset=` it is JSON, signed by Standard
 * Webhooks under `secret=whsec_…`; the presets speak the ways of others.
 * @throws Error with one line that says what is wrong with the URL.
 */
export function openGatewayProvider(
  url: URL,
  { channel, callbackUrl, addresses, clock = Date.now, timeoutMs = timeoutMsDefault, ca }: GatewayOptions,
): Provider {
  const settings = readGatewaySettings(url, channel);
  const { shape, authorization } = settings;
  const name = gatewayName(settings);
  const agent = new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) });
  // All its connections are alike, and Node makes a name of two dozen options three times for each request.
  agent.getName = () => settings.url.host;
  const addressed = (asked: URL): RequestOptions => ({ ...urlToHttpOptions(asked), agent });
  const to = addressed(settings.url);
  const underWay = createUnderWay<Delivered>();

  /** A receipt names the attempt: the gateway is told it, or an address that has it. */
  function told({ attemptSid, ...message }: OutboxMessage, content: DeliverableMessage) {
    if (shape.preset === "signed") return { receiptUrl: callbackUrl };
    if (shape.preset !== "recipe" || !addresses) return { receiptUrl: undefined };
    const carried = { provider: name, account: accountName(shape), channel, attemptSid };
    const documentUrl = (document: string) => addresses.documentUrl(carried, document, { ...message, ...content });
    const { urlLengthMax = Number.POSITIVE_INFINITY } = shape.recipe.receipt;
    const receiptUrl = addresses.receiptUrl(carried);
    return { documentUrl, receiptUrl: receiptUrl.length <= urlLengthMax ? receiptUrl : undefined };
  }

  async function deliver(message: OutboxMessage, content: DeliverableMessage): Promise<Delivered> {
    const { receiptUrl, ...rest } = told(message, content);
    const post = gatewayPost(settings, message, content, { now: clock(), receiptUrl, ...rest });
    if ("unable" in post) return { status: "retry", errorCode: post.unable };
    const answered = await exchange(to, { method: "POST", ...post }, timeoutMs);
    const delivered = resultOf(shape, answered, content, clock());
    const isAwaited = receiptUrl !== undefined && delivered.status === "sent";
    return isAwaited ? { ...delivered, reference: message.attemptSid } : delivered;
  }

  /** A provider that is known by name is asked for what costs nothing, under the credentials. */
  async function probe(): Promise<void> {
    if (shape.preset !== "recipe") return shakeHands(settings.url, timeoutMs, ca);
    const { account, given, recipe } = shape;
    const headers = { accept: "application/json", "user-agent": "Countersign", authorization: String(authorization) };
    const asked = new URL(recipe.probe(account, given), settings.url);
    const answered = await exchange(addressed(asked), { method: "GET", headers, body: "" }, timeoutMs);
    if ("reason" in answered) throw new Error(`${shape.name} does not answer: ${answered.reason}`);
    const { status } = answered.answer;
    if (status === 403 && recipe.hasScopes) return;
    if (status === 401 || status === 403) throw new Error(`${shape.name} refuses the credentials: ${status}`);
    if (status < 200 || status > 299) throw new Error(`${shape.name} answers otherwise than expected: ${status}`);
  }

  return {
    name,
    deliver: (message, content) => underWay.follow(deliver(message, content)),
    probe,
    async close() {
      await underWay.ended();
      agent.destroy();
    },
  };
}

/** A gateway of unknown ways can be asked whether it takes the credentials just by a message, so that its certificate is looked at. */
async function shakeHands(url: URL, timeoutMs: number, ca: string | undefined): Promise<void> {
  const { host, port } = endpointOf(url, 443);
  const socket = connect({ host, port, ...tlsOptions(host, ca) });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, "secureConnect", { signal });
  } catch (error) {
    const { code = "the connection failed" } = error as NodeJS.ErrnoException;
    throw new Error(`the gateway does not answer by TLS: ${signal.aborted ? "timeout" : code}`);
  } finally {
    socket.destroy();
  }
}

const answerBytesMax = 64 * 1024;

/**
 * Asks a gateway. A redirect is an answer like any other. Once the status is there, it counts, however the body
 * ends: a gateway that took a message and then broke off has taken it.
 */
function exchange(
  to: RequestOptions,
  { body, ...post }: GatewayPost & { method: string },
  timeoutMs: number,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const request = httpsRequest(Object.assign({}, to, post));
    let isLate = false;
    let isAnswered = false;
    const timer = setTimeout(() => {
      isLate = true;
      request.destroy();
    }, timeoutMs).unref();
    const end = (exchange: Exchange) => {
      clearTimeout(timer);
      resolve(exchange);
    };
    request.on("response", (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > answerBytesMax) response.destroy();
      });
      // What came so far may still tell something; the status does in any case.
      response.on("error", () => {});
      response.on("close", () => {
        const { statusCode: status = 0, headers } = response;
        const text = Buffer.concat(chunks).subarray(0, answerBytesMax).toString();
        end({ answer: { status, retryAfter: headers["retry-after"], body: text } });
      });
    });
    // One that comes while the body is read is an error of the request, too.
    request.on("error", ({ code = "connection_failed" }: NodeJS.ErrnoException) => {
      if (!isAnswered) end({ reason: isLate ? "timeout" : code });
    });
    request.end(body);
  });
}
