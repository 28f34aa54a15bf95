import type { Channel } from "../kernel/recipient.ts";
import type { ChannelUrl } from "./channel-urls.ts";
import { openProvider, type ProviderOptions } from "./providers/open-provider.ts";
import type { Route, Routes } from "./routing.ts";

/** Opens the configured providers, in their order. */
export async function openRoutes(channelUrls: readonly ChannelUrl[], options: ProviderOptions = {}): Promise<Routes> {
  const routes = new Map<Channel, Route[]>();
  for (const { channel, url, prefixes } of channelUrls) {
    const provider = await openProvider(url, channel, options);
    routes.set(channel, [...(routes.get(channel) ?? []), { provider, prefixes }]);
  }
  return routes;
}
