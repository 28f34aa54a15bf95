import type { Attempt } from "../attempts/attempt.ts";
import type { Outlet, Outlets } from "../delivery/outlets.ts";
import type { ProviderStore } from "../delivery/provider-states.ts";
import { watchProviders } from "../delivery/provider-watch.ts";
import { isoTime } from "../kernel/clock.ts";
import { newSid } from "../kernel/random.ts";
import { type Channel, sendingChannels } from "../kernel/recipient.ts";
import { smsParts } from "../kernel/sms.ts";
import type { PushWay } from "../notifications/push.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import { sandboxRoutes } from "./account.ts";
import type { Inbox } from "./inbox.ts";

const name = "inbox";
/** Of a test message, which no service sends and no verification waits for. */
const nobodys = "0".repeat(32);
const lookMs = 200;

type Kept = Pick<Attempt, "accountSid" | "serviceSid" | "sid" | "createdAt">;

/** The sandbox's one provider, its inbox. While it is paused, messages wait for it in memory. */
export function inboxOutlet(
  inbox: Inbox,
  store: Pick<ProviderStore, "paused" | "hear">,
  isFailing: (channel: Channel | "push") => boolean,
  routes: readonly string[] = sandboxRoutes,
) {
  const watch = watchProviders(store, { clock: Date.now });
  let held: [Kept, DeliverableMessage][] = [];
  let timer: NodeJS.Timeout | undefined;

  const isPaused = async ({ accountSid }: Pick<Kept, "accountSid">) => (await watch.pausedFor(accountSid)).has(name);
  async function release(): Promise<void> {
    const [waiting, ready]: (typeof held)[] = [[], []];
    for (const each of held) ((await isPaused(each[0])) ? waiting : ready)?.push(each);
    held = held.filter((each) => !ready?.includes(each));
    for (const [kept, content] of ready ?? []) add(inbox, kept, content);
    if (held.length === 0) clear();
  }
  const refresh = (): Promise<void> => {
    watch.refresh();
    return release();
  };
  function clear(): void {
    clearInterval(timer);
    timer = undefined;
    held = [];
  }

  const outlet: Outlet = {
    name,
    channels: [...sendingChannels, "push"],
    prefixes: [],
    async probe() {},
    async deliver({ accountSid, attemptSid: sid, createdAt, channel }, content) {
      if (isFailing(channel)) return { status: "retry", errorCode: "http_503" };
      const verificationSid = `VE${nobodys}`;
      add(inbox, { accountSid, serviceSid: `VA${nobodys}`, sid, createdAt }, { ...content, verificationSid, code: "" });
      return { status: "delivered" };
    },
  };
  const smsRoutes = routes.map((sid) => ({ sid, providers: [name] }));
  const outlets: Outlets = { list: () => [outlet], serving: () => [name], smsRoutes: () => smsRoutes, refresh };
  return {
    outlets,
    pushes: pushesTo(inbox, isFailing, isPaused),
    clear,
    async keep(attempt: Kept, content: DeliverableMessage): Promise<void> {
      if (!(await isPaused(attempt))) return add(inbox, attempt, content);
      held.push([attempt, content]);
      timer ??= setInterval(() => void release(), lookMs).unref();
    },
  };
}

/** Pushes stand in the inbox, too, whichever platform would have carried them. */
function pushesTo(
  inbox: Inbox,
  isFailing: (channel: "push") => boolean,
  isPaused: (of: { accountSid: string }) => Promise<boolean>,
): PushWay {
  return {
    pollMs: lookMs,
    outlets: [],
    has: () => true,
    async carry({ platform, message, ttlSeconds }, { notification, challenge, factor }) {
      if (await isPaused(notification)) return { status: "retry", errorCode: "paused", isUntried: true };
      if (isFailing("push")) return { status: "failed", errorCode: "http_503", provider: name };
      const { accountSid, serviceSid, identity, details, sid: challenge_sid } = challenge;
      inbox.add(accountSid, {
        ...{ sid: newSid("MS"), service_sid: serviceSid, verification_sid: null, attempt_sid: null },
        ...{ to: identity, channel: "push", code: "", subject: null, text: message.message, html: null, locale: "" },
        ...{ route: null, send_digits: null, sms_parts: null, tts_name: null, from: null, from_name: null },
        push: {
          ...{ notification_sid: notification.sid, challenge_sid, factor_sid: factor.sid },
          ...{ platform, fields: details?.fields ?? [], ttl: ttlSeconds },
        },
        date_created: isoTime(notification.createdAt),
      });
      return { status: "sent", provider: name };
    },
  };
}

function add(inbox: Inbox, { accountSid, serviceSid, sid, createdAt }: Kept, content: DeliverableMessage): void {
  const {
    channel,
    verificationSid,
    to,
    code,
    subject = null,
    text,
    html = null,
    locale,
    sendDigits,
    from = null,
    fromName = null,
    ttsName = null,
  } = content;
  inbox.add(accountSid, {
    sid: newSid("MS"),
    service_sid: serviceSid,
    verification_sid: verificationSid,
    attempt_sid: sid,
    to,
    channel,
    code,
    subject,
    text,
    html,
    locale,
    route: content.route ?? null,
    send_digits: sendDigits,
    sms_parts: channel === "sms" ? smsParts(text) : null,
    tts_name: ttsName,
    from,
    from_name: fromName,
    push: null,
    date_created: isoTime(createdAt),
  });
}
