import type { ChannelUrl } from "../delivery/channel-urls.ts";
import { openProvider } from "../delivery/providers/open-provider.ts";
import type { Finding } from "./examine-database.ts";

/** Asks every provider whether it answers and accepts the credentials. No message is sent. */
export async function examineChannels(channels: readonly ChannelUrl[]): Promise<Finding[]> {
  if (channels.length === 0) {
    const detail =
      "none is set up, so every start is refused, with 60217 or 60223; see COUNTERSIGN_SMS_URL and the like";
    return [{ what: "channels", state: "warning", detail }];
  }
  return Promise.all(channels.map(examineOne));
}

async function examineOne({ channel, url, prefixes }: ChannelUrl): Promise<Finding> {
  const what = "channels";
  const provider = await openProvider(url, channel);
  const name = `${channel} by ${provider.name}${prefixes.length > 0 ? ` for ${prefixes.join(", ")}` : ""}`;
  try {
    await provider.probe();
    return { what, state: "ok", detail: `${name}: it answers` };
  } catch (error) {
    return { what, state: "problem", detail: `${name}: ${(error as Error).message}` };
  } finally {
    await provider.close();
  }
}
