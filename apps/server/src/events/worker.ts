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
  /** What the webhooks of services get; nothing where there is none of that id, or it is to get nothing. */
  ofServices?: ((post: ClaimedPost) => Promise<WebhookRequest | { error: string } | undefined>) | undefined;
  /** How often it looks whether something is due. */
  pollMs: number;
  /** From 0 to 1. */
  random?: () => number;
  log?: Log | undefined;
  /** Told of each try and what became of it. */
  observe?: ((posted: { webhook: Receiver; result: PostResult["status"] }) => void) | undefined;
}

/** Whose webhook it is. */
type Receiver = "events" | "service" | "application";

interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * So many are tried at once: of the operator's own webhook, of all others, and of each of those before it has to wait. One
 * that hangs leaves room for the others so.
 */
const atOnceMax = { own: 50, others: 100, each: 5 };
/** Longer than a try can take. */
const leaseSeconds = 60;

/**
 * Starts the worker. Several may share a store. A post is tried nine times over a day or a little more, then parked.
 * Whoever watches hears of each try that failed, the first one included.
 */
export function startWebhookWorker(options: WebhookWorkerOptions): WebhookWorker {
  const { store, clock, pollMs } = options;
  const underWay = createUnderWay<void>();
  /** How many tries of each webhook are under way. */
  const counts = new Map<string, number>();
  const countOf = (webhookId: string) => counts.get(webhookId) ?? 0;
  let running: Promise<void> | undefined;
  /** Whether some may be due that had to wait for others. */
  let isFull = false;
  let isStopped = false;

  function start(post: ClaimedPost): void {
    const { webhookId } = post;
    counts.set(webhookId, countOf(webhookId) + 1);
    const tried = tryPost(options, post).finally(() => {
      counts.set(webhookId, countOf(webhookId) - 1);
      if (countOf(webhookId) === 0) counts.delete(webhookId);
      // Once for several: each look costs a transaction.
      const most = webhookId === eventWebhookId ? atOnceMax.own : atOnceMax.each;
      if (isFull && countOf(webhookId) <= most / 2) void poll();
    });
    void underWay.follow(tried);
  }

  async function startDue(): Promise<void> {
    isFull = false;
    const dueAt = await store.posts.nextDueAt();
    if (dueAt === undefined || dueAt > clock()) return;
    const room = atOnceMax.own - countOf(eventWebhookId);
    const own = await claim(room, { of: [eventWebhookId] });
    isFull = own.length === room;
    let claimed: ClaimedPost[];
    do {
      const others = underWay.count() - countOf(eventWebhookId);
      const waiting = [...counts.keys()].filter((id) => countOf(id) >= atOnceMax.each && id !== eventWebhookId);
      const notOf = [eventWebhookId, ...waiting];
      claimed = await claim(Math.min(atOnceMax.each, atOnceMax.others - others), { notOf });
      isFull ||= waiting.length > 0 || others >= atOnceMax.others;
    } while (claimed.length > 0);
  }

  async function claim(limit: number, among: Parameters<Store["posts"]["claim"]>[3]): Promise<ClaimedPost[]> {
    const claimed = limit > 0 ? await store.posts.claim(limit, leaseSeconds, clock(), among) : [];
    for (const post of claimed) start(post);
    return claimed;
  }

  function poll(): Promise<void> {
    if (isStopped) return Promise.resolve();
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
      do {
        await poll();
        await underWay.ended();
        await running;
      } while (isFull || underWay.count() > 0);
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
      await underWay.ended();
    },
  };
}

async function tryPost(options: WebhookWorkerOptions, post: ClaimedPost): Promise<void> {
  const { store, log, observe, own } = options;
  const { sid, webhookId, tries } = post;
  const receiver = receiverOf(webhookId);
  try {
    const request = await requestOf(options, post);
    const send = receiver === "events" && own ? own.send : options.send;
    const sent = request && ("error" in request ? request : await send(request));
    const result = sent ? resultOf(options, post, sent) : ({ status: "done" } as const);
    if (request) observe?.({ webhook: receiver, result: result.status });
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

function receiverOf(webhookId: string): Receiver {
  if (webhookId === eventWebhookId) return "events";
  return webhookId.startsWith("YW") ? "service" : "application";
}

/** Nothing when the webhook is gone. */
async function requestOf(
  { store, vault, clock, own, ofServices }: WebhookWorkerOptions,
  post: ClaimedPost,
): Promise<WebhookRequest | { error: string } | undefined> {
  const { accountSid, serviceSid, sid, webhookId, payload } = post;
  if (isUnreadable(post)) return { error: "it was sealed with a secret that is gone" };
  const receiver = receiverOf(webhookId);
  if (receiver !== "application") return receiver === "events" ? own?.request(post) : ofServices?.(post);
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
