import { randomBytes } from "node:crypto";
import type { AccountEvent, AttemptEvent, SandboxWebhook, VerificationEvent } from "@countersign/types";
import { type EventSource, type EventWebhook, eventWebhookId } from "../events/event-webhook.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
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

type AnyEvent = VerificationEvent | AttemptEvent | AccountEvent;

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
  const body = ({ url, secret }: EventWebhook): SandboxWebhook => ({ url, secret, date_created: isoTime(createdAt) });
  return {
    async fetchSandboxWebhook() {
      const current = webhook.source.current();
      return current ? accepted(body(current)) : refused(20404);
    },
    async setSandboxWebhook({ body: { Url: url, Secret } }) {
      if (!isReachable(url)) return invalid("Url");
      if (Secret !== undefined && !readSigningSecret(Secret)) return invalid("Secret");
      const set = { url, secret: Secret ?? `whsec_${randomBytes(32).toString("base64")}` };
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

/** Without HTTPS what is on this machine; which address that is, is looked at again when it is called. */
function isReachable(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username + url.password + url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback.test(url.hostname));
}

const isLoopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function testEvent(accountSid: string, type: AnyEvent["type"], now: number): AnyEvent {
  const timestamp = isoTime(now);
  const ofService = { account_sid: accountSid, service_sid: sandboxServiceSid };
  if (type === "account.sprayed") {
    return { type, timestamp, data: { ...ofService, refused_checks: 201, approved_checks: 0 } };
  }
  const ofVerification = { ...ofService, verification_sid: newSid("VE"), channel: "sms" } as const;
  if (type !== "attempt.delivered" && type !== "attempt.failed") return { type, timestamp, data: ofVerification };
  const error_code = type === "attempt.failed" ? "30008" : null;
  return { type, timestamp, data: { ...ofVerification, attempt_sid: newSid("VL"), error_code } };
}
