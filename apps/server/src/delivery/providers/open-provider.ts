import type { DeliveryReport } from "../../attempts/attempt.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type SendingChannel, sendingChannels } from "../../kernel/recipient.ts";
import type { Provider } from "../routing.ts";
import type { ProviderAddresses } from "./gateway/gateway.ts";
import type { GatewayChannel } from "./gateway/recipe.ts";
import { readGatewaySettings } from "./gateway/settings.ts";
import { readSmppSettings } from "./smpp/settings.ts";
import { readSmtpSettings } from "./smtp/settings.ts";

/** What providers tell of by themselves. */
export interface ProviderOptions {
  log?: { info(details: object, message: string): void; warn(details: object, message: string): void } | undefined;
  /** The time that messages end by, and are signed and dated with; by default this machine's. */
  clock?: Clock;
  /** Where gateways of one's own may post receipts, and where providers that are known by name may. */
  callbackUrl?: string | undefined;
  addresses?: ProviderAddresses | undefined;
  /** Gets what a receipt says of the message that the provider of that name knows by the reference. */
  onReceipt?: (provider: string, reference: string, report: DeliveryReport) => Promise<void>;
}

/** What a scheme stands for. */
interface Opener {
  channels: readonly SendingChannel[];
  /** Connects to nobody. @throws Error with one line that says what is wrong with the URL, and holds nothing of it */
  check: (url: URL, channel: SendingChannel) => void;
  /** Loads the library that speaks to the provider. */
  open: (url: URL, channel: SendingChannel, options: ProviderOptions) => Promise<Provider>;
}

const smtp: Opener = {
  channels: ["email"],
  check: readSmtpSettings,
  open: async (url, _channel, { clock }) =>
    (await import("./smtp/smtp.ts")).openSmtpProvider(url, { ...(clock && { clock }) }),
};

const smpp: Opener = {
  channels: ["sms"],
  check: readSmppSettings,
  async open(url, _channel, { log, clock, onReceipt }) {
    const [{ openSmppProvider }, { realTimers }] = await Promise.all([
      import("./smpp/smpp.ts"),
      import("./smpp/session.ts"),
    ]);
    const provider = openSmppProvider(url, {
      log,
      timers: { ...realTimers, ...(clock && { clock }) },
      onReceipt: (reference, report) => onReceipt?.(provider.name, reference, report),
    });
    return provider;
  },
};

const gateway: Opener = {
  channels: sendingChannels.filter((channel) => channel !== "email"),
  check: (url, channel) => void readGatewaySettings(url, channel as GatewayChannel),
  open: async (url, channel, { clock, callbackUrl, addresses }) =>
    (await import("./gateway/gateway.ts")).openGatewayProvider(url, {
      channel: channel as GatewayChannel,
      callbackUrl,
      addresses,
      ...(clock && { clock }),
    }),
};

/** A scheme more is a line more. */
const openers: Readonly<Record<string, Opener>> = {
  "smtp:": smtp,
  "smtps:": smtp,
  "smpp:": smpp,
  "smpps:": smpp,
  "https:": gateway,
};

/** @throws Error with one line that says what is wrong with the URL, and holds nothing of it */
export function checkProviderUrl(url: URL, channel: SendingChannel): void {
  openerOf(url, channel).check(url, channel);
}

/** @throws Error as `checkProviderUrl` */
export function openProvider(url: URL, channel: SendingChannel, options: ProviderOptions = {}): Promise<Provider> {
  return openerOf(url, channel).open(url, channel, options);
}

function openerOf({ protocol }: URL, channel: SendingChannel): Opener {
  const opener = Object.hasOwn(openers, protocol) ? openers[protocol] : undefined;
  if (opener?.channels.includes(channel)) return opener;
  if (protocol === "inbox:") throw new Error("the inbox is the sandbox's; a production server has none");
  const fitting = Object.keys(openers).filter((scheme) => openers[scheme]?.channels.includes(channel));
  throw new Error(`the scheme must be ${fitting.join(" or ")}`);
}
