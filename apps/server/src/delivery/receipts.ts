import { setTimeout } from "node:timers/promises";
import type { DeliveryReport } from "../attempts/attempt.ts";
import type { Authenticator } from "../http/v2-operation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { accepted } from "../kernel/refusal.ts";
import { isSigned, type SigningKey } from "../kernel/standard-webhooks.ts";
import type { Store } from "../store/store.ts";
import type { ChannelUrl } from "./channel-urls.ts";
import { gatewayName, readGatewaySettings } from "./providers/gateway/settings.ts";
import { receiptReference } from "./worker.ts";

/** Tells which gateway signed a body; nothing when none did. */
export type SignerOf = (headers: Record<string, string | string[] | undefined>, body: Buffer) => string | undefined;

/** Authenticates by the signature of a gateway. */
export function byGateway(signerOf: SignerOf): Authenticator {
  const authenticate: Authenticator = (headers, body) => {
    const actor = signerOf(headers, body);
    return actor === undefined ? undefined : { kind: "gateway", accountSid: "", actor, scopes: new Set() };
  };
  return Object.assign(authenticate, { isOverBody: true });
}

/** Records what a gateway tells of the message that it knows by the reference. */
export type Receive = (signer: string, reference: string, report: DeliveryReport) => Promise<void>;

/** The operation that gateways call. */
export function receiptHandlers({ receive }: { receive: Receive }): Pick<Handlers, "processReceipt"> {
  return {
    async processReceipt({ principal, body: { AttemptSid, MessageStatus: status, ErrorCode } }) {
      await receive(principal.actor, AttemptSid, {
        status,
        errorCode: status === "delivered" ? null : (ErrorCode ?? null),
      });
      return accepted(undefined);
    },
  };
}

/** Waits for a message's own record, which its receipt may overtake. */
const pausesMsDefault = [500, 2_000];

interface ReceiverOptions {
  pausesMs?: readonly number[];
  /** Told of each receipt that was news, or of no message of ours. */
  observe?: ((receipt: { provider: string; status: DeliveryReport["status"]; isKnown: boolean }) => void) | undefined;
}

/**
 * Makes the function that records receipts. One that no message is found for, such as another system's, is dropped.
 * @throws StoreUnavailableError from that function, so that the provider sends the receipt again.
 */
export function createReceiver(
  { attempts }: { attempts: Pick<Store["attempts"], "receive"> },
  clock: Clock,
  { pausesMs = pausesMsDefault, observe }: ReceiverOptions = {},
): Receive {
  return async (provider, reference, report) => {
    const name = receiptReference(provider, reference);
    let known = await attempts.receive(name, report, clock());
    for (const pause of pausesMs) {
      if (known !== "unknown") break;
      await setTimeout(pause);
      known = await attempts.receive(name, report, clock());
    }
    if (known !== "repeated") observe?.({ provider, status: report.status, isKnown: known === "recorded" });
  };
}

/** A gateway that can sign: it has a secret in common with this server. */
interface Signer {
  name: string;
  keys: readonly SigningKey[];
}

/** The gateways among the channels that get signed posts, and so can sign their receipts. */
export function signersOf(channels: readonly ChannelUrl[]): Signer[] {
  return channels.flatMap(({ channel, url: source }) => {
    if (source.protocol !== "https:" || channel === "email") return [];
    const settings = readGatewaySettings(source, channel);
    return settings.shape.preset === "signed" ? [{ name: gatewayName(settings), keys: settings.shape.keys }] : [];
  });
}

/** Makes the function that tells which of them signed a body. */
export function createSignerOf(signers: readonly Signer[], clock: Clock): SignerOf {
  return (headers, body) => signers.find(({ keys }) => isSigned(keys, { headers, body, now: clock() }))?.name;
}
