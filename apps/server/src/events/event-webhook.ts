import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { AccountEvent, AttemptEvent, VerificationEvent } from "@countersign/types";
import type { Attempt } from "../attempts/attempt.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { address, choice, type Env, flag, readEnv, setting } from "../kernel/setting.ts";
import { readOwnSecret, readSigningSecret, signatureHeaders } from "../kernel/standard-webhooks.ts";
import type { Service } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import type { Spray } from "../verifications/guesses.ts";
import type { FactType } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";
import type { ClaimedPost, WebhookPost } from "./posts.ts";
import type { Reaction } from "./reactions.ts";
import type { WebhookRequest } from "./sender.ts";
import {
  enveloped,
  isStreamed,
  isSubscribed,
  streamedEvent,
  waitingAttempt,
  waitingSpray,
  waitingVerification,
} from "./streamed.ts";

/** The operator's one webhook, which hears of every verification. The secret is one of Standard Webhooks. */
export interface EventWebhook {
  url: string;
  secret: string;
  /** Whether it may be at a private address. Elsewhere those are refused, since strangers choose them. */
  isPrivate?: boolean;
  /** How events are written: as this server does by default, or as Event Streams does. */
  schema?: EventSchema;
}

export type EventSchema = (typeof schemas)[number];
const schemas = ["countersign", "event-streams"] as const;

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
    must: 'must be whsec_… that nobody guesses, as from "echo whsec_$(openssl rand -base64 32)"',
    read: (text) => (readOwnSecret(text) ? text : undefined),
  }),
  isPrivate: setting("COUNTERSIGN_WEBHOOK_PRIVATE", flag("on", "off"), "off"),
  schema: setting("COUNTERSIGN_WEBHOOK_SCHEMA", choice(...schemas), "countersign"),
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

const statuses = {
  started: "pending",
  approved: "approved",
  canceled: "canceled",
  locked: "max_attempts_reached",
} as const satisfies Partial<Record<FactType, string>>;
type Status = (typeof statuses)[keyof typeof statuses] | "expired";

/** The webhook that there is at the time: in production always the same, in the sandbox any or none. */
export interface EventSource {
  current: () => EventWebhook | undefined;
  /** Whether a post, by its sid, tells of what did not happen. */
  isTest?: (sid: string) => boolean;
  /** The real time, as the receiver has it: a signature that is minutes off is refused. */
  clock: Clock;
}

/**
 * The webhook hears of verifications and of messages, if there is one. What waits is written as it was to be when it
 * happened, whatever is set later.
 */
export function eventReports(newSid: (prefix: string) => string, current: () => EventWebhook | undefined): Reaction {
  const post = (
    { accountSid, serviceSid }: Pick<Attempt, "accountSid" | "serviceSid">,
    payload: object,
    createdAt: number,
  ): WebhookPost => ({ accountSid, serviceSid, sid: newSid("WD"), webhookId: eventWebhookId, payload, createdAt });
  const isStream = () => current()?.schema === "event-streams";
  const isHeard = (service: Service | undefined) => (isStream() ? isSubscribed(service) : current() !== undefined);
  return {
    verification(fact, verification, now, of) {
      const status = statuses[fact as keyof typeof statuses];
      if (!status || !isHeard(of.service)) return undefined;
      const report = (told: Status, at: number) => {
        const make = isStream() ? waitingVerification : verificationReport;
        return post(verification, make(told, verification, at, of), at);
      };
      // Nothing happens when a verification expires, so what tells of it waits from the start, until then.
      const expiry = fact === "started" ? [report("expired", verification.expiresAt)] : [];
      return { posts: [report(status, now), ...expiry] };
    },
    attempt(attempt, service) {
      if (!isHeard(service)) return [];
      const payload = isStream() ? waitingAttempt(attempt) : attemptReport(attempt);
      return payload ? [post(attempt, payload, attempt.updatedAt)] : [];
    },
    asksService: isStream,
    spray: (spray) => {
      const payload = isStream() ? waitingSpray(spray) : sprayReport(spray);
      return current() ? [post(spray, payload, spray.noticedAt)] : [];
    },
  };
}

/** What the operator's own systems hear. Neither the recipient nor the code is in it: who may know them can ask. */
function verificationReport(status: Status, verification: Verification, at: number): VerificationEvent {
  const { accountSid, serviceSid, sid, channel } = verification;
  return {
    type: `verification.${status}`,
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

/** What requests are written from. */
type Log = Pick<Store, "decide" | "log" | "attempts">;

/** Makes the function that writes the requests to whichever webhook there is. */
export function createEventRequests({ current, ...source }: EventSource, store: Log): EventRequest {
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
  { store, clock = Date.now, isTest }: { store: Log } & Partial<Omit<EventSource, "current">>,
): EventRequest {
  const key = readSigningSecret(secret);
  if (!key) throw new Error("the webhook's secret is no whsec_… of Standard Webhooks");
  const textKey = createSecretKey(secret, "utf8");
  return async (post) => {
    const { sid } = post;
    const told = isTest?.(sid) ? asTold(post) : await eventOf(post, store);
    if (!told) return undefined;
    const body = JSON.stringify(told);
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

/** What a receiver gets of an event; nothing when it tells of what did not come, or of what is erased. */
async function eventOf(post: ClaimedPost, store: Log): Promise<object | undefined> {
  const { type, data } = post.payload as VerificationEvent;
  if (type.endsWith("verification.expired") && !(await hasExpired(store, data))) return undefined;
  if (!isStreamed(post.payload)) return post.payload;
  const event = await streamedEvent(post, post.payload, store);
  return event && [event];
}

/** What is all in its post. */
function asTold({ sid, payload }: ClaimedPost): object {
  return isStreamed(payload) ? [enveloped(sid, payload)] : payload;
}

function hasExpired(store: Pick<Store, "decide">, data: VerificationEvent["data"]): Promise<boolean> {
  return store.decide({
    accountSid: data.account_sid,
    serviceSid: data.service_sid,
    target: { sid: data.verification_sid },
    decide: ({ current }, now) => ({ outcome: current?.status === "pending" && now >= current.expiresAt }),
  });
}
