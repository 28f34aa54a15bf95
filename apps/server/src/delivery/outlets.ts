import type { SendingChannel } from "../kernel/recipient.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { OutboxMessage } from "./outbox.ts";
import { type Delivered, type ProviderWatch, type Routes, routesFor } from "./routing.ts";

/** The ways out of a server, as whoever runs it sees them. */
export interface Outlets {
  /** In the order of fail-over. */
  list(): readonly Outlet[];
  /** The names of those that a message would be given to, by its channel, recipient and SMS route. */
  serving(channel: SendingChannel, message: Pick<DeliverableMessage, "to" | "route">): string[];
  /** What messaging configurations may name, each with the names of its providers in the order of fail-over. */
  smsRoutes(): readonly SmsRoute[];
  /** Has this process heed at once what was paused or resumed. */
  refresh(): Promise<void>;
}

export interface SmsRoute {
  /** `MG` and 32 hexadecimal digits. */
  sid: string;
  providers: string[];
}

/** What has one name, however many channels it carries. */
export interface Outlet {
  name: string;
  channels: (SendingChannel | "push")[];
  /** Beginnings of E.164 numbers that it is for; none for everybody, and for one that is of SMS routes alone. */
  prefixes: string[];
  /** @throws Error with one line that says why it does not answer. */
  probe(): Promise<void>;
  /** Hands one message to it, whatever its prefixes are. */
  deliver(message: OutboxMessage, content: DeliverableMessage): Promise<Delivered>;
}

export function outletsOf(routes: Routes, watch?: Pick<ProviderWatch, "refresh">): Outlets {
  const all = [...routes].flatMap(([channel, of]) => of.map((route) => ({ ...route, channel })));
  const sids = [...new Set(all.flatMap(({ sid }) => sid ?? []))];
  const smsRoutes = sids.map((sid): SmsRoute => {
    return { sid, providers: all.filter((route) => route.sid === sid).map(({ provider }) => provider.name) };
  });
  const outlets = [...new Set(all.map(({ provider }) => provider.name))].map((name): Outlet => {
    const own = all.filter(({ provider }) => provider.name === name);
    const unrouted = own.filter(({ sid }) => sid === undefined);
    const isForAll = unrouted.some(({ prefixes }) => prefixes.length === 0);
    return {
      name,
      channels: [...new Set(own.map(({ channel }) => channel as SendingChannel))],
      prefixes: isForAll ? [] : [...new Set(unrouted.flatMap(({ prefixes }) => prefixes))],
      probe: async () =>
        void (await Promise.all([...new Set(own.map(({ provider }) => provider))].map((each) => each.probe()))),
      async deliver(message, content) {
        const route = own.find(({ channel }) => channel === message.channel);
        if (!route) throw new Error(`${name} does not carry ${message.channel}`);
        return route.provider.deliver(message, content);
      },
    };
  });
  return {
    list: () => outlets,
    serving: (channel, message) => routesFor(routes.get(channel) ?? [], message).map(({ provider }) => provider.name),
    smsRoutes: () => smsRoutes,
    refresh: async () => watch?.refresh(),
  };
}

export const noOutlets: Outlets = { list: () => [], serving: () => [], smsRoutes: () => [], async refresh() {} };

/** A message that says that it is a test, and has no code. */
export function testMessage(
  {
    attemptSid,
    accountSid,
    channel,
    to,
  }: Pick<OutboxMessage, "attemptSid" | "accountSid"> & { channel: SendingChannel; to: string },
  now: number,
): [message: OutboxMessage, content: DeliverableMessage] {
  const text = "This is a test message of Countersign. It has no code, and you need not do anything.";
  const message = { accountSid, serviceSid: "", attemptSid, channel, sealed: "", createdAt: now };
  const content: DeliverableMessage = {
    ...{ channel, verificationSid: "", to, locale: "en", sendDigits: null, text },
    // A template of WhatsApp has a place for a code.
    code: "TEST",
    ...(channel === "email" && { subject: "Test message" }),
    ...(channel === "call" && { speech: { language: "en", pressKey: null, text } }),
  };
  return [{ ...message, expiresAt: now + 600_000 }, content];
}
