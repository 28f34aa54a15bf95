import type { Clock } from "../kernel/clock.ts";
import type { Channel } from "../kernel/recipient.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { EndOfMessage } from "./end-of-message.ts";
import type { OutboxMessage } from "./outbox.ts";
import { giveUpCodes, tryMsMax } from "./policy.ts";

/** One way out: a mail server, an SMS centre, a gateway. */
export interface Provider {
  /** For the log and for metrics; it holds no secret. */
  name: string;
  /** Hands a message over. It does not throw: a failure is a result, too. */
  deliver: (message: OutboxMessage, content: DeliverableMessage) => Promise<Delivered>;
  /** Whether the other side answers and accepts the credentials. @throws Error with one line that says what is wrong. */
  probe: () => Promise<void>;
  /** Finishes what is under way. */
  close: () => Promise<void>;
}

/** How far a message came. `errorCode` is the Attempts log's: a code of this project's catalogue or of the provider. */
export type Delivered =
  /** The other side took it. `reference` is its name there, by which a later receipt is matched. */
  | { status: "sent" | "delivered"; reference?: string }
  /** Not now: the same provider again, or the next one; `isUntried` where nobody was asked. */
  | { status: "retry"; errorCode: string; retryAfterSeconds?: number; isUntried?: true }
  /** Never, by nobody: the recipient cannot be reached. */
  | { status: "failed"; errorCode: string };

/** A provider, and whom it serves. */
export interface Route {
  provider: Provider;
  /** Beginnings of E.164 numbers, as `+49`; none for everybody. */
  prefixes: readonly string[];
  /** The SMS route that it is of: then it serves what leaves by that route, and nothing else. */
  sid?: string | undefined;
}

/** The providers of each channel, in the order of fail-over. */
export type Routes = ReadonlyMap<Channel, readonly Route[]>;

/** What became of a try, and with whom; `ended` when its verification no longer waits for it. */
export type Routed = (Delivered | { status: "ended"; errorCode: string }) & {
  provider?: string;
  /** Who could not take it before, in their order. */
  passed?: readonly Passed[];
};

/** A provider that could not take a message now, so that the next one was asked. */
export interface Passed {
  provider: string;
  errorCode: string;
}

/** What a process that hands messages over knows of pauses, and tells of providers. */
export interface ProviderWatch {
  /** The names of those that get no messages of the account. */
  pausedFor(accountSid: string): Promise<ReadonlySet<string>>;
  told(provider: string, delivered: { status: string; errorCode?: string }): void;
  /** Reads what is paused anew before the next message. */
  refresh(): void;
  /** Writes what was not written yet. */
  close(): Promise<void>;
}

/** So long a provider that just failed is asked last. */
const restMs = 30_000;
/** So many at once may wait for one that just failed, so that what others carry goes out meanwhile. */
const waitingAtRestMax = 100;

/**
 * Routes by country calling prefix: the providers with the longest prefix that fits come before the others, and else
 * they stand in the given order. One that just failed is asked after those that did not. A message that is to leave by an
 * SMS route is given to that route's providers alone: whatever becomes of it, no other route takes it.
 */
export function createRouter(
  routes: Routes,
  clock: Clock,
  { endOf = async () => undefined, watch = unwatched }: { endOf?: EndOfMessage; watch?: ProviderWatch } = {},
) {
  const restsUntil = new Map<Provider, number>();
  const underWay = new Map<Provider, number>();
  const count = (provider: Provider, by: number) => underWay.set(provider, (underWay.get(provider) ?? 0) + by);

  /** One try: the providers that serve the recipient, one after the other, until one takes the message or refuses it for good. */
  async function deliver(message: OutboxMessage, content: DeliverableMessage): Promise<Routed> {
    const begun = clock();
    const isResting = ({ provider }: Route) => Number((restsUntil.get(provider) ?? 0) > begun);
    const isCrowded = (route: Route) => isResting(route) && (underWay.get(route.provider) ?? 0) >= waitingAtRestMax;
    const fitting = routesFor(routes.get(message.channel) ?? [], content);
    const paused = await watch.pausedFor(message.accountSid);
    const serving = fitting.filter((route) => !paused.has(route.provider.name) && !isCrowded(route));
    if (fitting.length > 0 && serving.length === 0) return waiting;
    let routed: Routed = { status: "failed", errorCode: content.route ? giveUpCodes.unrouted : giveUpCodes.unserved };
    const passed: Passed[] = [];
    for (const { provider } of serving.toSorted((a, b) => isResting(a) - isResting(b))) {
      if (clock() - begun > tryMsMax) break;
      if (routed.provider !== undefined && routed.status === "retry")
        passed.push({ provider: routed.provider, errorCode: routed.errorCode });
      // The one before may have taken long.
      const reason = routed.provider === undefined ? undefined : await endOf(message, content);
      if (reason !== undefined) return { status: "ended", errorCode: reason, ...unlessNone(passed) };
      count(provider, 1);
      const delivered = await ask(provider, message, content);
      count(provider, -1);
      watch.told(provider.name, delivered);
      routed = Object.assign({ provider: provider.name }, delivered);
      if (delivered.status !== "retry") {
        restsUntil.delete(provider);
        break;
      }
      restsUntil.set(provider, clock() + Math.max(restMs, (delivered.retryAfterSeconds ?? 0) * 1000));
    }
    return passed.length > 0 ? { ...routed, passed } : routed;
  }

  return {
    /** The channels that have a provider. */
    channels: new Set(routes.keys()),
    deliver,
    /** Lets every provider finish what is under way. */
    async close() {
      const providers = new Set([...routes.values()].flat().map(({ provider }) => provider));
      await Promise.allSettled([watch.close(), ...[...providers].map((provider) => provider.close())]);
    },
  };
}

const unlessNone = (passed: readonly Passed[]) => (passed.length > 0 ? { passed } : {});

/** Its providers are paused, or hang with others already. */
const waiting: Routed = { status: "retry", errorCode: "waiting", isUntried: true };

const unwatched: ProviderWatch = { pausedFor: async () => new Set(), told() {}, refresh() {}, async close() {} };

/** @param route by which a message is to leave; without one it leaves by those that are of no route */
export function routesFor(routes: readonly Route[], { to, route }: Pick<DeliverableMessage, "to" | "route">): Route[] {
  return routes
    .filter(({ sid }) => sid === (route ?? undefined))
    .map((route) => ({ route, fit: fitOf(route, to) }))
    .filter(({ fit }) => fit >= 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ route }) => route);
}

/** The length of the longest prefix that fits, 0 for a provider that serves everybody, -1 for one that does not serve it. */
function fitOf({ prefixes }: Route, to: string): number {
  if (prefixes.length === 0) return 0;
  return Math.max(-1, ...prefixes.filter((prefix) => to.startsWith(prefix)).map(({ length }) => length));
}

/** A provider that throws all the same has not told that it took the message. */
async function ask(provider: Provider, message: OutboxMessage, content: DeliverableMessage): Promise<Delivered> {
  try {
    return await provider.deliver(message, content);
  } catch {
    return { status: "retry", errorCode: giveUpCodes.unknown };
  }
}
