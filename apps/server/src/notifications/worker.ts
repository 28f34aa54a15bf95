import { statusOf } from "../challenges/challenge.ts";
import { giveUpCodes, leaseSeconds, nextLookAt, nextTryAt, triesMax } from "../delivery/policy.ts";
import type { Tried } from "../delivery/worker.ts";
import type { Clock } from "../kernel/clock.ts";
import { randomFraction } from "../kernel/random.ts";
import { createUnderWay } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";
import type { Notification } from "./notification.ts";
import type { Push, PushOf, PushWay } from "./push.ts";
import type { NotificationResult } from "./store.ts";

/** Sends the pushes that are queued. Several, in one process or in many, may share a store. */
export interface PushWorker {
  /** Sends what is due now, and waits for it. */
  run(): Promise<void>;
  /** Begins nothing more, and waits for what is under way. What waits stays queued. */
  stop(): Promise<void>;
}

interface PushWorkerOptions extends PushWay {
  store: Pick<Store, "notifications" | "entities" | "challenges" | "factors" | "services">;
  clock: Clock;
  /** From 0 to 1. */
  random?: () => number;
  log?: Log | undefined;
  /** Told of each try and what became of it. */
  observe?: ((tried: Tried) => void) | undefined;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const atOnceMax = 100;
/** So long after its end a push may still go out that was about to. */
const graceMs = 10_000;

export function startPushWorker(options: PushWorkerOptions): PushWorker {
  const { store, clock, pollMs, log, close } = options;
  const underWay = createUnderWay<void>();
  let running: Promise<void> | undefined;
  let isFull = false;
  let isStopped = false;

  async function startDue(): Promise<void> {
    isFull = false;
    const dueAt = await store.notifications.nextDueAt();
    if (dueAt === undefined || dueAt > clock()) return;
    const room = atOnceMax - underWay.count();
    const claimed = room > 0 ? await store.notifications.claim(room, leaseSeconds, clock()) : [];
    isFull = claimed.length === room;
    for (const notification of claimed) {
      const tried = underWay.follow(tryOne(options, notification));
      void tried.finally(() => isFull && underWay.count() <= atOnceMax / 2 && void poll());
    }
  }

  function poll(): Promise<void> {
    if (isStopped) return Promise.resolve();
    running ??= startDue()
      // A store that is gone comes back, and what waits in it, too.
      .catch((error: unknown) => log?.error({ err: error }, "pushes cannot be read"))
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  const timer = setInterval(() => void poll(), pollMs);
  timer.unref();
  return {
    async run() {
      // One that looks already may have looked too early.
      await running;
      do {
        await poll();
        await underWay.ended();
        await running;
      } while (isFull && !isStopped);
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
      await underWay.ended();
      close?.();
    },
  };
}

async function tryOne(options: PushWorkerOptions, notification: Notification): Promise<void> {
  const { store, log } = options;
  const { sid } = notification;
  try {
    await store.notifications.settle(notification, await resultOf(options, notification));
  } catch (error) {
    // Its lease ends, and then it is taken again.
    log?.error({ err: error, sid }, "what became of a push was not recorded");
  }
}

async function resultOf(options: PushWorkerOptions, notification: Notification): Promise<NotificationResult> {
  const { store, clock, carry, random = randomFraction, log, observe } = options;
  const { sid, tries, expiresAt } = notification;
  const now = clock();
  const told = (result: Tried["result"], errorCode: string | null, provider?: string) =>
    observe?.({ channel: "push", result, provider, errorCode });
  const failed = (errorCode: string, provider?: string): NotificationResult => {
    told("failed", errorCode, provider);
    log?.error({ sid, channel: "push", provider, tries, errorCode }, "a push was given up");
    return { status: "failed", errorCode };
  };
  const about = await aboutOf(store, notification, now);
  const status = about ? statusOf(about.challenge, now) : "deleted";
  if (!about || status !== "pending") {
    told("ended", status);
    log?.info({ sid, channel: "push", tries, errorCode: status }, "a push is not sent any more");
    return { status: "failed", errorCode: status };
  }
  // All of its tries were begun, by processes that did not live to tell what became of the last one.
  if (tries > triesMax) return failed(notification.errorCode ?? giveUpCodes.unknown);
  if (now >= expiresAt + graceMs) return failed(notification.errorCode ?? giveUpCodes.expired);
  const push = pushOf(about, now);
  if (typeof push === "string") return failed(push);
  const pushed = await carry(push, about);
  const { provider } = pushed;
  if (pushed.status === "sent") {
    told("sent", null, provider);
    return { status: "sent", errorCode: null };
  }
  const { errorCode } = pushed;
  if (pushed.status === "retry" && pushed.isUntried && now < expiresAt) {
    return {
      status: "queued",
      errorCode: notification.errorCode,
      dueAt: nextLookAt(notification, now),
      isUntried: true,
    };
  }
  if (pushed.status === "failed") {
    if (pushed.isGone) await store.notifications.tokenGone(about.factor, push.token);
    return failed(errorCode, provider);
  }
  const dueAt = nextTryAt({ tries, expiresAt, ...pushed }, clock(), random());
  if (dueAt === undefined) return failed(errorCode, provider);
  told("retry", errorCode, provider);
  log?.warn({ sid, channel: "push", provider, tries, errorCode }, "a push is to be tried again");
  return { status: "queued", errorCode, dueAt };
}

/** As all is by now: a device may have got another token, and a challenge its answer. */
async function aboutOf(
  store: PushWorkerOptions["store"],
  notification: Notification,
  now: number,
): Promise<PushOf | undefined> {
  const { accountSid, serviceSid, entitySid, challengeSid, factorSid } = notification;
  const [service, entity] = await Promise.all([
    store.services.fetch(accountSid, serviceSid),
    store.entities.fetch({ accountSid, serviceSid, sid: entitySid }),
  ]);
  if (!service || !entity) return undefined;
  const [challenge, factor] = await Promise.all([
    store.challenges.fetch(entity, challengeSid),
    store.factors.fetch({ ...entity, sid: factorSid }, now),
  ]);
  if (!challenge || factor?.factorType !== "push") return undefined;
  return { notification, challenge, factor, settings: service.settings.push };
}

/** A text is why a device cannot be told: it has another platform by now, or its token stands for nothing. */
function pushOf({ notification, challenge, factor }: PushOf, now: number): Push | string {
  const { notificationToken: token = null, goneToken } = factor.credential ?? {};
  const { appId, notificationPlatform: platform } = factor.config;
  if (platform === "none" || token === null) return "no_token";
  if (token === goneToken) return "unregistered";
  const message = {
    type: "verify_push_challenge",
    challenge_sid: challenge.sid,
    factor_sid: factor.sid,
    message: challenge.details?.message ?? "",
  } as const;
  const ttlSeconds = Math.max(0, Math.ceil((notification.expiresAt - now) / 1000));
  return { platform, token, appId, message, ttlSeconds };
}
