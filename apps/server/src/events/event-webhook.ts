import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { AccountEvent, AttemptEvent, VerificationEvent } from "@countersign/types";
import type { Attempt } from "../attempts/attempt.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { address, type Env, flag, readEnv, setting } from "../kernel/setting.ts";
import { readSigningSecret, signatureHeaders } from "../kernel/standard-webhooks.ts";
import type { Store } from "../store/store.ts";
import type { Spray } from "../verifications/guesses.ts";
import type { FactType } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";
import type { ClaimedPost, WebhookPost } from "./posts.ts";
import type { Reaction } from "./reactions.ts";
import type { WebhookRequest } from "./sender.ts";

/** The operator's one webhook, which hears of every verification. The secret is one of Standard Webhooks. */
export interface EventWebhook {
  url: string;
  secret: string;
  /** Whether it may be at a private address. Elsewhere those are refused, since strangers choose them. */
  isPrivate?: boolean;
}

export const eventWebhookSettings = {
  url: setting(
    "COUNTERSIGN_WEBHOOK_URL",
    address(
      "must be https://host/path, without user, password and fragment",
      /^https:$/,
      ({ username, password, hash }) => username + password + hash === "",
    ),
  ),
  secret: setting("COUNTERSIGN_WEBHOOK_SECRET", {
    must: 'must be whsec_…, as from "echo whsec_$(openssl rand -base64 32)"',
    read: (text) => (readSigningSecret(text) ? text : undefined),
  }),
  isPrivate: setting("COUNTERSIGN_WEBHOOK_PRIVATE", flag("on", "off"), "off"),
};

/** @returns what is set, which counts if there is no problem, and every problem. */
export function readEventWebhook(env: Env): { eventWebhook: EventWebhook | undefined; problems: string[] } {
  const isSet = Object.values(eventWebhookSettings).some(({ name }) => env[name] !== undefined);
  if (!isSet) return { eventWebhook: undefined, problems: [] };
  const { values: eventWebhook, problems } = readEnv(env, eventWebhookSettings);
  return { eventWebhook, problems };
}

/** The id that its posts have where those of v1 applications have their webhook's. */
export const eventWebhookId = "events";

const types: Partial<Record<FactType, VerificationEvent["type"]>> = {
  started: "verification.pending",
  approved: "verification.approved",
  canceled: "verification.canceled",
  locked: "verification.max_attempts_reached",
};

/** The webhook that there is at the time: in production always the same, in the sandbox any or none. */
export interface EventSource {
  current: () => EventWebhook | undefined;
  /** Whether a post, by its sid, tells of what did not happen. */
  isTest?: (sid: string) => boolean;
  /** The real time, as the receiver has it: a signature that is minutes off is refused. */
  clock: Clock;
}

/** The webhook hears of verifications and of messages, if there is one. */
export function eventReports(newSid: (prefix: string) => string, isHeard: () => boolean = () => true): Reaction {
  const post = (
    { accountSid, serviceSid }: Pick<Attempt, "accountSid" | "serviceSid">,
    payload: VerificationEvent | AttemptEvent | AccountEvent,
    createdAt: number,
  ): WebhookPost => ({ accountSid, serviceSid, sid: newSid("WD"), webhookId: eventWebhookId, payload, createdAt });
  const report = (type: VerificationEvent["type"], verification: Verification, at: number) =>
    post(verification, verificationReport(type, verification, at), at);
  return {
    verification(fact, verification, now) {
      const type = types[fact];
      if (!type || !isHeard()) return undefined;
      // Nothing happens when a verification expires, so what tells of it waits from the start, until then.
      const expiry = fact === "started" ? [report("verification.expired", verification, verification.expiresAt)] : [];
      return { posts: [report(type, verification, now), ...expiry] };
    },
    attempt(attempt) {
      const payload = attemptReport(attempt);
      return payload && isHeard() ? [post(attempt, payload, attempt.updatedAt)] : [];
    },
    spray: (spray) => (isHeard() ? [post(spray, sprayReport(spray), spray.noticedAt)] : []),
  };
}

/** What the operator's own systems hear. Neither the recipient nor the code is in it: who may know them can ask. */
function verificationReport(
  type: VerificationEvent["type"],
  verification: Verification,
  at: number,
): VerificationEvent {
  const { accountSid, serviceSid, sid, channel } = verification;
  return {
    type,
    timestamp: isoTime(at),
    data: { account_sid: accountSid, service_sid: serviceSid, verification_sid: sid, channel },
  };
}

/** What they hear of a message: nothing while it may still arrive, or no receipt has come since it was handed over. */
function attemptReport(attempt: Attempt): AttemptEvent | undefined {
  const { accountSid, serviceSid, verificationSid, sid, channel, delivery, updatedAt } = attempt;
  const { status, errorCode } = delivery;
  if (status === "queued" || status === "sent") return undefined;
  return {
    type: status === "delivered" ? "attempt.delivered" : "attempt.failed",
    timestamp: isoTime(updatedAt),
    data: {
      account_sid: accountSid,
      service_sid: serviceSid,
      verification_sid: verificationSid,
      attempt_sid: sid,
      channel,
      error_code: errorCode,
    },
  };
}

function sprayReport({ accountSid, serviceSid, refused, approved, noticedAt }: Spray): AccountEvent {
  return {
    type: "account.sprayed",
    timestamp: isoTime(noticedAt),
    data: { account_sid: accountSid, service_sid: serviceSid, refused_checks: refused, approved_checks: approved },
  };
}

/** The request of a post; nothing when it tells of an expiry and the verification ended in another way. */
export type EventRequest = (post: ClaimedPost) => Promise<WebhookRequest | undefined>;

/** Makes the function that writes the requests to whichever webhook there is. */
export function createEventRequests({ current, ...source }: EventSource, store: Pick<Store, "decide">): EventRequest {
  let latest: { webhook: EventWebhook; request: EventRequest } | undefined;
  return async (post) => {
    const webhook = current();
    if (!webhook) return undefined;
    if (latest?.webhook !== webhook) latest = { webhook, request: createEventRequest(webhook, { store, ...source }) };
    return latest.request(post);
  };
}

/**
 * Makes the function that writes the requests. They are signed twice, under the same secret: by Standard Webhooks, and by
 * `X-Twilio-Signature`, over the address with the body's hash in its query.
 */
export function createEventRequest(
  { url, secret }: EventWebhook,
  { store, clock = Date.now, isTest }: { store: Pick<Store, "decide"> } & Partial<Omit<EventSource, "current">>,
): EventRequest {
  const key = readSigningSecret(secret);
  if (!key) throw new Error("the webhook's secret is no whsec_… of Standard Webhooks");
  const textKey = createSecretKey(secret, "utf8");
  return async ({ sid, payload }) => {
    const report = payload as VerificationEvent | AttemptEvent | AccountEvent;
    const isOfExpiry = report.type === "verification.expired" && !isTest?.(sid);
    if (isOfExpiry && !(await hasExpired(store, report))) return undefined;
    const body = JSON.stringify(report);
    const signedUrl = new URL(url);
    signedUrl.searchParams.set("bodySHA256", createHash("sha256").update(body).digest("hex"));
    return {
      url: signedUrl.href,
      headers: {
        "content-type": "application/json",
        "user-agent": "Countersign",
        ...signatureHeaders([key], { id: sid, now: clock(), body }),
        "x-twilio-signature": createHmac("sha1", textKey).update(signedUrl.href).digest("base64"),
      },
      body,
    };
  };
}

function hasExpired(store: Pick<Store, "decide">, { data }: VerificationEvent): Promise<boolean> {
  return store.decide({
    accountSid: data.account_sid,
    serviceSid: data.service_sid,
    target: { sid: data.verification_sid },
    decide: ({ current }, now) => ({ outcome: current?.status === "pending" && now >= current.expiresAt }),
  });
}
