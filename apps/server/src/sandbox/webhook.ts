import { randomBytes } from "node:crypto";
import type {
  AccountEvent,
  AttemptEvent,
  SandboxWebhook,
  StreamedEventList,
  VerificationEvent,
} from "@countersign/types";
import { type EventSource, type EventWebhook, eventWebhookId } from "../events/event-webhook.ts";
import type { SendWebhook } from "../events/sender.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { newSid } from "../kernel/random.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { readSigningSecret } from "../kernel/standard-webhooks.ts";
import type { Store } from "../store/store.ts";
import { sandboxServiceSid } from "./account.ts";

export type WebhookHandlers = Pick<
  Handlers,
  "fetchSandboxWebhook" | "setSandboxWebhook" | "deleteSandboxWebhook" | "sendTestEvent"
>;

type SandboxWebhookSource = ReturnType<typeof createSandboxWebhook>;

type OwnEvent = VerificationEvent | AttemptEvent | AccountEvent;
type StreamedEvent = StreamedEventList[number];

/** Where the events of a sandbox go: nowhere, until somebody says so. In memory alone, as what else a test sets. */
export function createSandboxWebhook(initial: EventWebhook | undefined) {
  let current = initial;
  const tests = new Set<string>();
  const source: EventSource = {
    current: () => current,
    isTest: (sid) => tests.has(sid),
    // Who hears the events has the real time, whatever the sandbox's clock shows.
    clock: Date.now,
  };
  return {
    source,
    tests,
    set(webhook: EventWebhook | undefined): void {
      current = webhook;
    },
    /** As at the start. */
    reset(): void {
      current = initial;
      tests.clear();
    },
  };
}

interface Parts {
  webhook: SandboxWebhookSource;
  posts: Pick<Store["posts"], "add">;
  clock: Clock;
}

/** The operations that say where events go. */
export function webhookHandlers({ webhook, posts, clock }: Parts): WebhookHandlers {
  // That of the start.
  let createdAt = Date.now();
  const body = ({ url, secret, schema = "countersign" }: EventWebhook): SandboxWebhook => ({
    ...{ url, secret, schema },
    date_created: isoTime(createdAt),
  });
  return {
    async fetchSandboxWebhook() {
      const current = webhook.source.current();
      return current ? accepted(body(current)) : refused(20404);
    },
    async setSandboxWebhook({ body: { Url: url, Secret, Schema: schema = "countersign" } }) {
      if (!isReachable(url)) return invalid("Url");
      if (Secret !== undefined && !readSigningSecret(Secret)) return invalid("Secret");
      const set = { url, secret: Secret ?? `whsec_${randomBytes(32).toString("base64")}`, schema };
      webhook.set(set);
      createdAt = clock();
      return accepted(body(set));
    },
    async deleteSandboxWebhook() {
      webhook.set(undefined);
      return accepted(undefined);
    },
    async sendTestEvent({ accountSid, body: { Type } }) {
      if (!webhook.source.current()) return refused(20404);
      const [sid, createdAt] = [newSid("WD"), clock()];
      const payload = testEvent(accountSid, Type, createdAt);
      webhook.tests.add(sid);
      const serviceSid = sandboxServiceSid;
      await posts.add([{ accountSid, serviceSid, sid, webhookId: eventWebhookId, payload, createdAt }]);
      return accepted({ sid });
    },
  };
}

/** Examples name hosts that are nobody's (RFC 2606): nothing is sent there, and it is as though all of it were taken. */
export function examplesTakeAll(send: SendWebhook): SendWebhook {
  return async (request) =>
    /(^|\.)example\.(com|net|org)$/.test(new URL(request.url).hostname) ? { status: 200 } : send(request);
}

/** Without HTTPS what is on this machine; which address that is, is looked at again when it is called. */
function isReachable(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username + url.password + url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback.test(url.hostname));
}

const isLoopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whole, so that nothing is looked for in the log when it is posted. */
function testEvent(accountSid: string, type: (OwnEvent | StreamedEvent)["type"], now: number): object {
  const ofAccount = { account_sid: accountSid, service_sid: sandboxServiceSid };
  const ofVerification = { ...ofAccount, verification_sid: newSid("VE") };
  const attempt_sid = newSid("VL");
  const time = new Date(now).toISOString();
  if (type === "account.sprayed" || type === "countersign.account.sprayed") {
    const data = { ...ofAccount, refused_checks: 201, approved_checks: 0 };
    return type === "account.sprayed" ? { type, timestamp: isoTime(now), data } : { type, time, data };
  }
  const status = type.slice(type.lastIndexOf(".") + 1);
  const hasFailed = status === "failed" || status === "undelivered";
  if (type.includes(".attempt-dlr.")) {
    const data = {
      ...ofVerification,
      attempt_sid,
      ...streamedAttempt(status, time),
      error_code: hasFailed ? "30008" : "",
    };
    return { type, time, data };
  }
  if (type.startsWith("com."))
    return { type, time, data: { ...ofVerification, ...streamedState(status, attempt_sid, now) } };
  const channel = "sms";
  const ofAttempt = type.startsWith("attempt.") && { attempt_sid, error_code: hasFailed ? "30008" : null };
  return { type, timestamp: isoTime(now), data: { ...ofVerification, channel, ...ofAttempt } };
}

const to = "+12025550123";

function streamedAttempt(status: string, time: string) {
  return {
    ...{ created_at: time, channel: "SMS", dlr_status: status.toUpperCase(), has_fallback: false, is_fallback: false },
    ...{ mcc: null, mnc: null, number_segments: null, to },
  };
}

function streamedState(status: string, attempt_sid: string, now: number) {
  const time = new Date(now).toISOString();
  const send = {
    time,
    channel: "SMS",
    attempt_sid,
    delivery_status: "DELIVERED",
    error_code: null,
    locale: "en",
    tags: {},
  };
  const wrong = status === "max_attempts_reached" ? Array(limits.checksMax).fill({ time, status: "FAILURE" }) : [];
  const checks = status === "approved" ? [{ time, status: "SUCCESS" }] : wrong;
  return {
    ...{ friendly_name: "Sandbox", custom_friendly_name: null, custom_code_enabled: false, to, country: "US" },
    ...{ code_length: 6, verification_status: status.toUpperCase(), created_at: time },
    verified_at: status === "approved" ? time : null,
    expired_at: new Date(now + (status === "expired" ? 0 : limits.lifetimeSeconds * 1000)).toISOString(),
    send_code_attempts: { count: 1, attempts: [send] },
    check_attempts: { count: checks.length, attempts: checks },
  };
}
