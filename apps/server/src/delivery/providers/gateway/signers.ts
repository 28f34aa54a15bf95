import type { Clock } from "../../../kernel/clock.ts";
import { isSigned, type SigningKey } from "../../../kernel/standard-webhooks.ts";
import type { ChannelUrl } from "../../channel-urls.ts";
import type { SignerOf } from "../../receipts.ts";
import { gatewayName, readGatewaySettings } from "./settings.ts";

/** A gateway that can sign: it has a secret in common with this server. */
interface Signer {
  name: string;
  keys: readonly SigningKey[];
}

/** The gateways among the channels that get signed posts, and so can sign their receipts. */
export function signersOf(channels: readonly ChannelUrl[]): Signer[] {
  return channels.flatMap(({ channel, url: source }) => {
    if (source.protocol !== "https:" || channel === "email") return [];
    const { url, shape } = readGatewaySettings(source, channel);
    return shape.preset === "signed" ? [{ name: gatewayName(url), keys: shape.keys }] : [];
  });
}

/** Makes the function that tells which of them signed a body. */
export function createSignerOf(signers: readonly Signer[], clock: Clock = Date.now): SignerOf {
  return (headers, body) => signers.find(({ keys }) => isSigned(keys, { headers, body, now: clock() }))?.name;
}
