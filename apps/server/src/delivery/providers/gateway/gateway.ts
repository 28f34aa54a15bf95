import { Agent } from "node:https";
import { connect } from "node:tls";
import { createUnderWay } from "../../../kernel/under-way.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Delivered, Provider } from "../../provider.ts";
import { endpointOf, tlsOptions } from "../endpoint.ts";
import { gatewayPost } from "./message.ts";
import { postToGateway } from "./post.ts";
import { resultOf } from "./result.ts";
import { type GatewayChannel, gatewayName, readGatewaySettings } from "./settings.ts";

export interface GatewayOptions {
  channel: GatewayChannel;
  /** Where it may post receipts; nowhere without it. */
  callbackUrl?: string;
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
    const exchange = await postToGateway(agent, { url: settings.url, ...post }, timeoutMs);
    const delivered = resultOf(settings.shape, exchange, content, clock());
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
function shakeHands(url: URL, timeoutMs: number, ca: string | undefined): Promise<void> {
  const { host, port } = endpointOf(url, 443);
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(`the gateway does not answer by TLS: ${reason}`));
    };
    const socket = connect({ host, port, timeout: timeoutMs, ...tlsOptions(host, ca) });
    socket.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? "the connection failed"));
    socket.on("timeout", () => fail("timeout"));
    socket.on("secureConnect", () => {
      socket.end();
      resolve();
    });
  });
}
