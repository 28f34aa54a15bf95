import { type SendingChannel, sendingChannels } from "../kernel/recipient.ts";
import type { Env } from "../kernel/setting.ts";
import { checkProviderUrl, openProvider, type ProviderOptions } from "./providers/open-provider.ts";
import type { Provider, Route, Routes } from "./routing.ts";

/** A provider as the configuration names it. */
export interface ChannelUrl {
  channel: SendingChannel;
  url: URL;
  /** Beginnings of E.164 numbers that it serves; none for everybody. */
  prefixes: readonly string[];
  /** The SMS route that it is of: then it gets what leaves by that route alone. */
  sid?: string;
}

/** The variables, and the channel of each: `COUNTERSIGN_SMS_URL` and so on. */
const variables = sendingChannels.map((channel) => [`COUNTERSIGN_${channel.toUpperCase()}_URL`, channel] as const);

const routesVariable = "COUNTERSIGN_SMS_ROUTES";

export const channelVariables = [...variables.map(([name]) => name), routesVariable];

/**
 * Reads the providers: each variable holds one URL or several with spaces between, in the order of fail-over. A fragment
 * such as `#+49,+43` says which calling prefixes the provider is for. SMS routes have their SID and `=` before each URL.
 * @returns every problem beside what could be read, each with the name of its variable and never with a value.
 */
export function readChannelUrls(env: Env): { channels: ChannelUrl[]; problems: string[] } {
  const problems: string[] = [];
  const readAll = (name: string, read: (text: string) => ChannelUrl) => {
    const texts = (env[name] ?? "").split(/\s+/).filter((text) => text !== "");
    return texts.flatMap((text, index) => {
      try {
        return [read(text)];
      } catch (error) {
        const place = texts.length > 1 ? `, address ${index + 1}` : "";
        problems.push(`${name}${place}: ${(error as Error).message}.`);
        return [];
      }
    });
  };
  const channels = variables.flatMap(([name, channel]) => readAll(name, (text) => readOne(text, channel)));
  return { channels: [...channels, ...readAll(routesVariable, readRoute)], problems };
}

/** Opens the configured providers, in their order. Who stands there twice with one address is one provider. */
export async function openRoutes(channelUrls: readonly ChannelUrl[], options: ProviderOptions = {}): Promise<Routes> {
  const routes = new Map<SendingChannel, Route[]>();
  const opened = new Map<string, Provider>();
  for (const { channel, url, prefixes, sid } of channelUrls) {
    const address = `${channel} ${url}`;
    const provider = opened.get(address) ?? (await openProvider(url, channel, options));
    opened.set(address, provider);
    routes.set(channel, [...(routes.get(channel) ?? []), { provider, prefixes, sid }]);
  }
  return routes;
}

function readOne(text: string, channel: SendingChannel): ChannelUrl {
  if (!URL.canParse(text)) throw new Error("it is no URL; reserved characters in a password are percent-encoded");
  const url = new URL(text);
  const prefixes = prefixesOf(url.hash, channel);
  url.hash = "";
  checkProviderUrl(url, channel);
  return { channel, url, prefixes };
}

function readRoute(text: string): ChannelUrl {
  const [, sid, address] = /^(MG[0-9a-fA-F]{32})=(.+)$/.exec(text) ?? [];
  if (sid === undefined || address === undefined)
    throw new Error("a route is as MG…=<address>, with 32 hexadecimal digits");
  const read = readOne(address, "sms");
  if (read.prefixes.length > 0)
    throw new Error("a route has no calling prefixes: what leaves by it is chosen by country");
  return { ...read, sid };
}

function prefixesOf(hash: string, channel: SendingChannel): string[] {
  if (hash === "") return [];
  if (channel === "email") throw new Error("an e-mail address has no calling prefix to route by");
  const prefixes = hash.slice(1).split(",");
  if (!prefixes.every((prefix) => /^\+[1-9]\d{0,6}$/.test(prefix))) {
    throw new Error("what follows # must be calling prefixes, as in #+49,+43");
  }
  return prefixes;
}
