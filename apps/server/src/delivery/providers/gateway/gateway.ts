import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import { createUnderWay } from "../../../kernel/under-way.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { endpointOf, tlsOptions } from "../endpoint.ts";
import { type GatewayPost, gatewayPost } from "./message.ts";
import { type Exchange, resultOf } from "./result.ts";
import { type GatewayChannel, gatewayName, readGatewaySettings } from "./settings.ts";

interface GatewayOptions {
  channel: GatewayChannel;
  /** Where it may post receipts; nowhere without it. */
  callbackUrl?: string | undefined;
  /** Milliseconds since 1970, for the signature: the real time, whatever the sandbox's clock says. */
  clock?: () => number;
  timeoutMs?: number;
  /** Certificates to trust instead of those that Node.js trusts; PEM. */
  ca?: string;
}

const timeoutMsDefault = 10_000;

/**
 * Opens a gateway that is reached by HTTPS: each message is one POST. Without `preset=` it is JSON, signed by Standard
 * Webhooks under `secret=whsec_…`; `preset=whatsapp-cloud` and `preset=sms` speak the ways of others.
 * @throws Error with one line that says what is wrong with the URL.
 */
export function openGatewayProvider(
  url: URL,
  { channel, callbackUrl, clock = Date.now, timeoutMs = timeoutMsDefault, ca }: GatewayOptions,
): Provider {
  const settings = readGatewaySettings(url, channel);
  const agent = new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) });
  // A receipt names the attempt, which the gateway was told.
  const takesReceipts = settings.shape.preset === "signed" && callbackUrl !== undefined;
  const underWay = createUnderWay<Delivered>();

  async function deliver(message: OutboxMessage, content: DeliverableMessage): Promise<Delivered> {
    const post = gatewayPost(settings, message, content, { now: clock(), callbackUrl });
    const answered = await exchange(settings.url, post, agent, timeoutMs);
    const delivered = resultOf(settings.shape, answered, content, clock());
    return takesReceipts && delivered.status === "sent" ? { ...delivered, reference: message.attemptSid } : delivered;
  }

  return {
    name: gatewayName(settings.url),
    deliver: (message, content) => underWay.follow(deliver(message, content)),
    probe: () => shakeHands(settings.url, timeoutMs, ca),
    async close() {
      await underWay.ended();
      agent.destroy();
    },
  };
}

/** No gateway can be asked whether it takes the credentials but by a message, so that just its certificate is looked at. */
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
 * Posts to a gateway. A redirect is an answer like any other. Once the status is there, it counts, however the body
 * ends: a gateway that took a message and then broke off has taken it.
 */
async function exchange(url: URL, { headers, body }: GatewayPost, agent: Agent, timeoutMs: number): Promise<Exchange> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpsRequest(url, { method: "POST", agent, signal, headers });
      // It stays: an abort while the body is read is an error of the request, too.
      request.on("error", reject);
      request.on("response", resolve);
      request.end(body);
    });
    const { statusCode: status = 0, headers: fields } = response;
    return { answer: { status, retryAfter: fields["retry-after"], body: await readBody(response) } };
  } catch (error) {
    return { reason: signal.aborted ? "timeout" : ((error as NodeJS.ErrnoException).code ?? "connection_failed") };
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > answerBytesMax) break;
    }
  } catch {
    // What came so far may still tell something; the status does in any case.
  }
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString();
}
