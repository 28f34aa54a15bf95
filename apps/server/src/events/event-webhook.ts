import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { Attempt, PostsOf } from "../attempts/attempt.ts";
import type { Clock } from "../kernel/clock.ts";
import { readSigningSecret, signatureHeaders } from "../kernel/standard-webhooks.ts";
import type { Store } from "../store/store.ts";
import type { VerificationFact } from "../verifications/fact.ts";
import type { Decision } from "../verifications/ledger.ts";
import { type AttemptReport, attemptReport } from "./attempt-report.ts";
import type { EventWebhook } from "./event-webhook-setting.ts";
import type { ClaimedPost, WebhookPost } from "./posts.ts";
import type { WebhookRequest } from "./sender.ts";
import { type Report, type ReportType, verificationReport } from "./verification-report.ts";

/** The id that its posts have where those of v1 applications have their webhook's. */
export const eventWebhookId = "events";

const types: Partial<Record<VerificationFact["type"], ReportType>> = {
  started: "verification.pending",
  approved: "verification.approved",
  canceled: "verification.canceled",
  locked: "verification.max_attempts_reached",
};

/** A store that commits, with each change, what the webhook is to hear of it: both are on disk, or neither is. */
export function reportingStore(store: Store, newSid: (prefix: string) => string): Store {
  const postsOf = (attempt: Attempt): WebhookPost[] => {
    const payload = attemptReport(attempt);
    return payload ? [post(newSid("WD"), attempt, payload, attempt.updatedAt)] : [];
  };
  return {
    ...store,
    decide: (command) =>
      store.decide({
        ...command,
        decide: (state, now) => withReports(command.decide(state, now), newSid, postsOf),
      }),
    outbox: { ...store.outbox, settle: (done, now) => store.outbox.settle(done, now, postsOf) },
    attempts: {
      ...store.attempts,
      receive: (reference, report, now) => store.attempts.receive(reference, report, now, postsOf),
    },
  };
}

function post(
  sid: string,
  { accountSid, serviceSid }: Pick<Attempt, "accountSid" | "serviceSid">,
  payload: Report | AttemptReport,
  createdAt: number,
): WebhookPost {
  return { accountSid, serviceSid, sid, webhookId: eventWebhookId, payload, createdAt };
}

function withReports<T>(decision: Decision<T>, newSid: (prefix: string) => string, postsOf: PostsOf): Decision<T> {
  const { verification, facts = [], sends = [], posts = [] } = decision;
  if (!verification) return decision;
  const reported = (type: ReportType, at: number) =>
    post(newSid("WD"), verification, verificationReport(type, verification, at), at);
  const reports = facts.flatMap(({ type, at }) => {
    const reportType = types[type];
    if (!reportType) return [];
    // Nothing happens when a verification expires, so what tells of it waits from the start, until then.
    const expiry = type === "started" ? [reported("verification.expired", verification.expiresAt)] : [];
    return [reported(reportType, at), ...expiry];
  });
  // What never leaves this process is delivered at once.
  const ofAttempts = sends.flatMap(({ attempt }) => postsOf(attempt));
  return { ...decision, posts: [...posts, ...reports, ...ofAttempts] };
}

/** The request of a post; nothing when it tells of an expiry and the verification ended in another way. */
export type EventRequest = (post: ClaimedPost) => Promise<WebhookRequest | undefined>;

/**
 * Makes the function that writes the requests. They are signed twice, under the same secret: by Standard Webhooks, and by
 * `X-Twilio-Signature`, over the address with the body's hash in its query.
 * @param clock the receiver's: a signature that is minutes off is refused, so the sandbox's, which is moved, won't do.
 */
export function createEventRequest(
  { url, secret }: EventWebhook,
  { store, clock = Date.now }: { store: Pick<Store, "decide">; clock?: Clock },
): EventRequest {
  const key = readSigningSecret(secret);
  if (!key) throw new Error("the webhook's secret is no whsec_… of Standard Webhooks");
  const textKey = createSecretKey(secret, "utf8");
  return async ({ sid, payload }) => {
    const report = payload as Report | AttemptReport;
    if (report.type === "verification.expired" && !(await hasExpired(store, report))) return undefined;
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

function hasExpired(store: Pick<Store, "decide">, { data }: Report): Promise<boolean> {
  return store.decide({
    accountSid: data.account_sid,
    serviceSid: data.service_sid,
    target: { sid: data.verification_sid },
    decide: ({ current }, now) => ({ outcome: current?.status === "pending" && now >= current.expiresAt }),
  });
}
