import type { AuthServerSetting } from "../auth-servers/auth-server.ts";
import { whyNothingIsSent } from "../auth-servers/settings.ts";
import type { ChannelUrl } from "../delivery/channel-urls.ts";
import type { EventWebhook } from "../events/event-webhook.ts";
import { createWebhookSender, publicHttps, refusedAddress } from "../events/sender.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import type { PushCredential } from "../notifications/credentials.ts";
import { openPushProvider } from "../notifications/sender.ts";
import { openStore } from "../store/open-store.ts";

/** What was looked at, and how it is. */
export interface Finding {
  what:
    | "configuration"
    | "database"
    | "clock"
    | "tables"
    | "channels"
    | "pushes"
    | "webhook"
    | "auth servers"
    | "templates"
    | "safe list"
    | "failures";
  state: "ok" | "warning" | "problem";
  detail: string;
}

/** Asks the operator's webhook whether anybody answers there. Nothing is posted to it. */
export async function examineWebhook(webhook: EventWebhook | undefined): Promise<Finding[]> {
  if (!webhook) return [];
  const what = "webhook";
  const { host } = new URL(webhook.url);
  const send = createWebhookSender({ ...publicHttps, isOwn: webhook.isPrivate ?? false });
  const answer = await send({ method: "HEAD", url: webhook.url, headers: { "user-agent": "Countersign" }, body: "" });
  if ("status" in answer) return [{ what, state: "ok", detail: `${host}: it answers` }];
  const remedy = answer.error === refusedAddress ? "; COUNTERSIGN_WEBHOOK_PRIVATE=on allows it" : "";
  return [{ what, state: "problem", detail: `${host}: ${answer.error}${remedy}` }];
}

/** Looks for messaging configurations that name a route which there is not. @param databaseUrl as below */
export async function examineRoutes(databaseUrl: string, channels: readonly ChannelUrl[]): Promise<Finding[]> {
  const store = await openStore(databaseUrl);
  try {
    return (await store.messagingConfigurations.lost(channels.flatMap(({ sid }) => sid ?? []))).map(
      ({ sid, services }) => {
        const whose = services.length === 1 ? `by ${services[0]}` : `by ${services.length} services, as ${services[0]}`;
        const detail = `route ${sid} is named ${whose} and is not set up: what is to leave by it fails with no_route`;
        return { what: "channels", state: "problem", detail };
      },
    );
  } finally {
    await store.close();
  }
}

/**
 * Asks the platforms whether they accept the credentials, and looks for services that name one which there is not. Nothing
 * is sent. @param databaseUrl as below; undefined where the tables are not up to date
 */
export async function examinePushes(
  credentials: readonly PushCredential[],
  databaseUrl: string | undefined,
): Promise<Finding[]> {
  const what = "pushes";
  const probed = credentials.map(async (credential): Promise<Finding> => {
    const provider = await openPushProvider(credential);
    const name = `${credential.sid}, ${provider.name}`;
    try {
      await provider.probe();
      return { what, state: "ok", detail: `${name}: it is accepted` };
    } catch (error) {
      return { what, state: "problem", detail: `${name}: ${(error as Error).message}` };
    } finally {
      provider.close();
    }
  });
  const store = databaseUrl === undefined ? undefined : await openStore(databaseUrl);
  const known = new Set(credentials.map(({ sid }) => sid));
  const lost = ((await store?.services.pushCredentialsInUse()) ?? []).filter((sid) => !known.has(sid));
  await store?.close();
  const detailOf = (sid: string) =>
    `credential ${sid} is named by services and is not set up: pushes fail with no_credential`;
  return [
    ...(await Promise.all(probed)),
    ...lost.map((sid): Finding => ({ what, state: "problem", detail: detailOf(sid) })),
  ];
}

/** Looks for auth servers for which nothing is sent. @param databaseUrl as below */
export async function examineAuthServers(
  databaseUrl: string,
  settings: readonly AuthServerSetting[],
  channels: readonly ChannelUrl[],
): Promise<Finding[]> {
  const store = await openStore(databaseUrl);
  const what = "auth servers";
  try {
    const found = settings.map(async ({ name, accountSid, serviceSid }): Promise<Finding> => {
      const why = whyNothingIsSent(await store.services.fetch(accountSid, serviceSid), channels);
      if (why === undefined) return { what, state: "ok", detail: `${name}: sent by ${serviceSid}` };
      return { what, state: "problem", detail: `${name}: nothing is sent by ${serviceSid}: ${why}` };
    });
    return await Promise.all(found);
  } finally {
    await store.close();
  }
}

/** Tells by whose list numbers pass the guard. @param databaseUrl as below */
export async function examineSafeLists(databaseUrl: string, guard: GuardPolicy): Promise<Finding[]> {
  const store = await openStore(databaseUrl);
  try {
    const { safePrefixes, safeNumbers: passes } = guard;
    const count = await store.safeNumbers.count();
    if (safePrefixes.length + count === 0) return [];
    const lifted = { guard: "the guard", all: "the guard, countries and ranges", off: "nothing" }[passes];
    const detail = `${safePrefixes.length} by COUNTERSIGN_SAFE_LIST; the ${count} of accounts pass ${lifted}`;
    return [{ what: "safe list", state: passes === "off" && count > 0 ? "warning" : "ok", detail }];
  } finally {
    await store.close();
  }
}

/** Looks for what webhooks have not taken. @param databaseUrl of a database whose tables are up to date */
export async function examineFailures(databaseUrl: string): Promise<Finding[]> {
  const store = await openStore(databaseUrl);
  try {
    const { failing, parked } = await store.posts.failedCount();
    if (failing + parked === 0) return [];
    const counts = `${failing} deliveries to webhooks failed and are tried again, ${parked} were given up`;
    return [{ what: "failures", state: "warning", detail: `${counts}; see countersign failures list` }];
  } finally {
    await store.close();
  }
}
