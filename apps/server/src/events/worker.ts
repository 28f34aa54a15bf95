import { SignJWT } from "jose";
import { spreadMs } from "../kernel/back-off.ts";
import type { Clock } from "../kernel/clock.ts";
import { randomFraction } from "../kernel/random.ts";
import { createUnderWay } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { type EventRequest, eventWebhookId } from "./event-webhook.ts";
import { type ClaimedPost, isUnreadable, type PostResult } from "./posts.ts";
import type { SendWebhook, WebhookRequest } from "./sender.ts";

/** Delivers what waits for webhooks. */
interface WebhookWorker {
  /** Tries what is due now, and waits for it. */
  run(): Promise<void>;
  /** Tries no more, and waits for what is under way. */
  stop(): Promise<void>;
}

interface WebhookWorkerOptions {
  store: Pick<Store, "applications" | "posts">;
  vault: Pick<CodeVault, "openText">;
  clock: Clock;
  send: SendWebhook;
  /** What the operator's own webhook gets, and how; without it, what waits for it is dropped. */
  own?: { request: EventRequest; send: SendWebhook } | undefined;
  /** How often it looks whether something is due. */
  pollMs: number;
  /** From 0 to 1. */
  random?: () => number;
  log?: Log | undefined;
  /** Told of each try and what became of it. */
  observe?: ((posted: { webhook: "events" | "application"; result: PostResult["status"] }) => void) | undefined;
}

interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const atOnceMax = 50;
/** Longer than a try can take. */
const leaseSeconds = 60;

/**
 * Starts the worker. Several may share a store. A post is tried nine times over a day or a little more, then parked.
 * Whoever watches hears of each try that failed, the first one included.
 */
export function startWebhookWorker(options: WebhookWorkerOptions): WebhookWorker {
  const { store, clock, pollMs } = options;
  const underWay = createUnderWay<void>();
  let running: Promise<void> | undefined;

  /** A slow receiver takes its own place among those at once, and holds up nobody else. */
  async function startDue(): Promise<void> {
    const dueAt = await store.posts.nextDueAt();
    if (dueAt === undefined || dueAt > clock() || underWay.count() >= atOnceMax) return;
    for (const post of await store.posts.claim(atOnceMax - underWay.count(), leaseSeconds, clock())) {
      void underWay.follow(tryPost(options, post));
    }
  }

  function poll(): Promise<void> {
    running ??= startDue()
      // A store that is gone comes back, and what waits in it, too.
      .catch((error: unknown) => options.log?.error({ err: error }, "webhook deliveries cannot be read"))
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  const timer = setInterval(() => void poll(), pollMs);
  timer.unref();
  return {
    async run() {
      await poll();
      await underWay.ended();
    },
    async stop() {
      clearInterval(timer);
      await running;
      await underWay.ended();
    },
  };
}

async function tryPost(options: WebhookWorkerOptions, post: ClaimedPost): Promise<void> {
  const { store, log, observe, own } = options;
  const { sid, webhookId, tries } = post;
  const isOwn = webhookId === eventWebhookId;
  try {
    const request = await requestOf(options, post);
    const send = isOwn && own ? own.send : options.send;
    const sent = request && ("error" in request ? request : await send(request));
    const result = sent ? resultOf(options, post, sent) : ({ status: "done" } as const);
    if (request) observe?.({ webhook: isOwn ? "events" : "application", result: result.status });
    if (result.status !== "done") {
      const details = { sid, webhookId, tries, error: result.error };
      if (result.status === "parked") log?.error(details, "a webhook delivery was given up");
      else log?.warn(details, "a webhook delivery is to be tried again");
    }
    await store.posts.settle(post, result, options.clock());
  } catch (error) {
    // It is tried again when its lease ends.
    log?.error({ err: error, sid, webhookId }, "a webhook delivery was not recorded");
  }
}

/** Nothing when the webhook is gone. */
async function requestOf(
  { store, vault, clock, own }: WebhookWorkerOptions,
  post: ClaimedPost,
): Promise<WebhookRequest | { error: string } | undefined> {
  const { accountSid, serviceSid, sid, webhookId, payload } = post;
  if (isUnreadable(post)) return { error: "it was sealed with a secret that is gone" };
  if (webhookId === eventWebhookId) return own?.request(post);
  const application = await store.applications.fetch(accountSid, serviceSid);
  const webhook = application?.state.webhooks.find(({ id }) => id === webhookId);
  if (!webhook) return undefined;
  const key = vault.openText(webhook.sealedSigningKey);
  if (key === undefined) return { error: "its signing key was sealed with a secret that is gone" };
  const token = await new SignJWT({ ...payload })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(new Date(clock()))
    .setJti(sid)
    .sign(new TextEncoder().encode(key));
  return {
    url: webhook.url,
    headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "Countersign" },
    body: new URLSearchParams({ body: token }).toString(),
  };
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** From the first try on: a day in all. */
const waits = [10 * second, minute, 5 * minute, 15 * minute, hour, 3 * hour, 8 * hour, 12 * hour];

function resultOf(
  { clock, random = randomFraction }: WebhookWorkerOptions,
  { tries }: ClaimedPost,
  sent: Awaited<ReturnType<SendWebhook>>,
): PostResult {
  if ("status" in sent && sent.status >= 200 && sent.status < 300) return { status: "done" };
  const error = "error" in sent ? sent.error : `HTTP ${sent.status}`;
  const wait = waits[tries - 1];
  if (wait === undefined) return { status: "parked", error };
  return { status: "retry", at: clock() + spreadMs(wait, 1 / 4, random()), error };
}
