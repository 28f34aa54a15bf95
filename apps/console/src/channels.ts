/** What channels are called here. */
const names = new Map([
  ["sms", "SMS"],
  ["call", "Call"],
  ["email", "E-mail"],
  ["whatsapp", "WhatsApp"],
  ["sna", "Silent network"],
  ["auto", "Automatic"],
  ["push", "Push"],
]);

export const channelName = (channel: string): string => names.get(channel) ?? channel;

export const channelOptions = (channels: readonly string[]) =>
  channels.map((channel) => [channel, channelName(channel)] as const);
