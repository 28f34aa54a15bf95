import type { Provider as ProviderBody } from "@countersign/types";
import { type RequestStore, tooManyRequests } from "../accounts/store.ts";
import { type Outlet, type Outlets, testMessage } from "../delivery/outlets.ts";
import type { ProviderState } from "../delivery/provider-states.ts";
import { type GuardPolicy, refusesCountry } from "../guard/send-guard.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import { readRecipient } from "../verifications/verifications.ts";
import { createProber, type Probed } from "./probes.ts";

type Ids = "listProviders" | "listSmsRoutes" | "updateProvider" | "testProvider";

interface Parts {
  outlets: Outlets;
  providers: Store["providers"];
  outbox: Pick<Store["outbox"], "waiting">;
  audit: Pick<Store["audit"], "add">;
  safeNumbers: Pick<Store["safeNumbers"], "fetch">;
  requests: RequestStore;
  clock: Clock;
  newSid: (prefix: string) => string;
  takesUnlisted?: boolean;
  guardPolicy?: GuardPolicy | undefined;
}

/** The ways out of the server: how they are, and whether they get messages of the account. */
export function providerHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { outlets, providers, outbox, clock } = parts;
  const probe = createProber();
  const find = (name: string) => outlets.list().find((outlet) => outlet.name === name);

  async function bodiesOf(accountSid: string, wanted: readonly Outlet[]): Promise<ProviderBody[]> {
    const states = await providers.list(accountSid);
    return Promise.all(
      wanted.map(async (outlet) => {
        const own = states.filter(({ name }) => name === outlet.name);
        const heard = heardOf(own);
        const isRecent = clock() - Math.max(heard.succeededAt ?? 0, heard.failedAt ?? 0) < recentMs;
        return providerBody(outlet, own, isRecent ? undefined : await probe(outlet));
      }),
    );
  }

  return {
    async listProviders({ accountSid }) {
      const [bodies, queue] = await Promise.all([bodiesOf(accountSid, outlets.list()), outbox.waiting(accountSid)]);
      const oldestMs = Math.max(0, clock() - (queue.oldestCreatedAt ?? clock()));
      const waiting = { messages: queue.count, oldest_seconds: Math.floor(oldestMs / 1000) };
      return accepted({ providers: bodies, queue: waiting });
    },

    listSmsRoutes: async () => accepted({ sms_routes: [...outlets.smsRoutes()] }),

    async updateProvider({ accountSid, path: { Name: name }, body, by }) {
      const outlet = find(name);
      if (!outlet) return refused(20404);
      await providers.pause({ accountSid, name }, body.Status === "paused", clock(), by);
      await outlets.refresh();
      const [provider] = await bodiesOf(accountSid, [outlet]);
      return provider ? accepted(provider) : refused(20404);
    },

    testProvider: testProvider(parts, find),
  };
}

/** The message is counted, and stands in the trail, before it goes out; the trail has no recipient. */
function testProvider(
  { audit, requests, safeNumbers, clock, newSid, guardPolicy, takesUnlisted = false }: Parts,
  find: (name: string) => Outlet | undefined,
): Handlers["testProvider"] {
  return async ({ accountSid, path: { Name: name }, body: { To, Channel: channel }, by }) => {
    const outlet = find(name);
    if (!outlet) return refused(20404);
    if (!outlet.channels.includes(channel)) return invalid("Channel");
    const recipient = readRecipient({ takesUnlisted }, To, channel);
    if (!recipient.ok) return recipient;
    if (guardPolicy && refusesCountry(guardPolicy, recipient.value)) {
      const listed = { accountSid, phoneNumber: recipient.value.value };
      if (guardPolicy.safeNumbers !== "all" || !(await safeNumbers.fetch(listed))) return refused(60605);
    }
    const many = await tooManyRequests({ requests, clock }, { accountSid, name: "testProvider" }, limits.providerTests);
    if (many) return many;
    const now = clock();
    await audit.add({ accountSid, by, at: now, action: "tested", resourceType: "provider", after: { name, channel } });
    const wanted = { attemptSid: newSid("VL"), accountSid, channel, to: recipient.value.value };
    const delivered = await outlet.deliver(...testMessage(wanted, now));
    const errorCode = "errorCode" in delivered ? delivered.errorCode : null;
    return accepted({ status: delivered.status, error_code: errorCode, provider: name });
  };
}

/** What is heard of a provider for so long tells how it is; later it is asked. */
const recentMs = 600_000;

function heardOf(states: readonly ProviderState[]): Pick<ProviderState, "succeededAt" | "failedAt" | "lastError"> {
  return states.find(({ accountSid }) => accountSid === "") ?? { succeededAt: null, failedAt: null, lastError: null };
}

function providerBody(
  { name, channels, prefixes }: Outlet,
  states: readonly ProviderState[],
  probed: Probed | undefined,
): ProviderBody {
  const { succeededAt, failedAt, lastError } = heardOf(states);
  const isFailing = (failedAt ?? 0) > (succeededAt ?? 0);
  const heard: Probed = isFailing ? { state: "failing", error: lastError } : { state: "up", error: null };
  const { state, error } = probed ?? heard;
  return {
    name,
    channels,
    prefixes,
    state: states.some(({ pausedAt }) => pausedAt !== null) ? "paused" : state,
    last_error: error,
    date_last_success: succeededAt === null ? null : isoTime(succeededAt),
    date_last_failure: failedAt === null ? null : isoTime(failedAt),
  };
}
