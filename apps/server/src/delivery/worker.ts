import type { Clock } from "../kernel/clock.ts";
import { randomFraction } from "../kernel/random.ts";
import { createUnderWay } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { createEndOfMessage, type EndOfMessage } from "./end-of-message.ts";
import { type ClaimedMessage, claimed, type HandedOver, type OutboxMessage } from "./outbox.ts";
import { giveUpCodes, leaseSeconds, nextLookAt, nextTryAt, triesMax, turnMsMax } from "./policy.ts";
import type { Routed } from "./routing.ts";
import { createSettler } from "./settler.ts";
import { createTurns } from "./turns.ts";

/** Brings what the outbox holds to its channels. Several, in one process or in many, may share a store. */
export interface DeliveryWorker {
  /** Hands over a message that was just committed, under the lease that it was committed with. Resolves when it is over. */
  handOver: (message: OutboxMessage, content: DeliverableMessage) => Promise<void>;
  /** Hands over what is due and nobody has a lease of, and waits for it. */
  drain: () => Promise<void>;
  /** Looks from now on by itself for what is due. */
  start: () => void;
  /** Begins nothing more, and waits for what is under way. What waits stays in the outbox. */
  stop: () => Promise<void>;
}

export interface DeliveryOptions {
  store: Pick<Store, "outbox" | "decide">;
  vault: Pick<CodeVault, "openText" | "matches">;
  clock: Clock;
  /** One try to hand a message over. It does not throw. */
  carry: (message: OutboxMessage, content: DeliverableMessage) => Promise<Routed>;
  /** How often it looks whether something is due. */
  pollMs?: number;
  /** From 0 to 1. */
  random?: () => number;
  log?: Log;
  /** Told of each try and what became of it. */
  observe?: ((tried: Tried) => void) | undefined;
}

/** For logs and metrics; nothing of it is a secret. */
export interface Tried {
  channel: OutboxMessage["channel"] | "push";
  result: Routed["status"];
  provider: string | undefined;
  errorCode: string | null;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Hand-overs at once in one process, and as many more that wait: what a slow channel holds up must not fill the memory. */
const atOnceMax = 200;
const waitingMax = 2_000;
const pauseMs = 1_000;

export function createDeliveryWorker(options: DeliveryOptions): DeliveryWorker {
  const { store, vault, clock, pollMs = 1_000, log } = options;
  const settler = createSettler({ outbox: store.outbox, clock, pauseMs });
  const looking = { ...options, endOf: createEndOfMessage(options) };
  const turns = createTurns(atOnceMax);
  const underWay = createUnderWay<void>();
  let timer: NodeJS.Timeout | undefined;
  let claiming: Promise<void> | undefined;
  let isStopping = false;
  let isMoreDue = false;

  function follow(work: Promise<void>): Promise<void> {
    // Its lease ends, and then it is claimed.
    return underWay.follow(
      work.catch((error: unknown) => log?.error({ err: error }, "what became of a message was not recorded")),
    );
  }

  function endTurn(): void {
    turns.release();
    if (timer && isMoreDue && turns.free() >= atOnceMax / 2) poll();
  }

  /** @param isFresh whether it was committed a moment ago, so that nothing can have happened to its verification */
  async function runTry(
    message: ClaimedMessage,
    content: DeliverableMessage | undefined,
    isFresh = false,
  ): Promise<void> {
    const verdict = await tryOnce(isFresh ? options : looking, message, content);
    await ("dueAt" in verdict
      ? settler.retry(Object.assign(verdict, { message }))
      : settler.settle(Object.assign(verdict, { message })));
  }

  async function handOverInTurn(message: OutboxMessage, content: DeliverableMessage): Promise<void> {
    const first = claimed(message, 1);
    const isFresh = turns.free() > 0;
    const isTurn = turns.waiting() < waitingMax && (await turns.take());
    try {
      // Too late: by the time that it is over, somebody else may have claimed it. So it is left to whoever does, at once.
      const isLate = isStopping || clock() - message.createdAt > turnMsMax;
      if (isTurn && !isLate) await runTry(first, content, isFresh);
      else await settler.retry({ message: first, dueAt: clock(), errorCode: null });
    } finally {
      if (isTurn) endTurn();
    }
  }

  /** @returns the hand-overs that it began. */
  async function claim(): Promise<Promise<void>[]> {
    isMoreDue = false;
    const dueAt = await store.outbox.nextDueAt();
    if (isStopping || dueAt === undefined || dueAt > clock()) return [];
    isMoreDue = true;
    const free = turns.free();
    if (free === 0) return [];
    const messages = await store.outbox.claim(free, leaseSeconds, clock());
    return messages.map((message) => {
      turns.takeNow();
      return follow(runTry(message, contentOf(message, vault)).finally(endTurn));
    });
  }

  /** As long as there is something due and a turn free. */
  async function claimAll(): Promise<void> {
    while ((await claim()).length > 0);
  }

  function poll(): void {
    claiming ??= claimAll()
      // A store that is gone comes back, and what waits in it, too.
      .catch((error: unknown) => log?.error({ err: error }, "the outbox cannot be read"))
      .finally(() => {
        claiming = undefined;
      });
  }

  return {
    handOver: (message, content) => follow(handOverInTurn(message, content)),
    async drain() {
      for (let begun = await claim(); begun.length > 0; begun = await claim()) await Promise.all(begun);
    },
    start() {
      timer ??= setInterval(poll, pollMs);
      poll();
    },
    async stop() {
      isStopping = true;
      clearInterval(timer);
      await claiming;
      // First, so that no record waits for a store that is gone; each is still tried once.
      await settler.close();
      await underWay.ended();
      await settler.close();
    },
  };
}

/** The name of a message that a provider knows by a reference, among those of all providers. */
export function receiptReference(provider: string, reference: string): string {
  return `${provider} ${reference}`;
}

/** What is to be recorded of a try: how far the message came, or when it is tried again. */
type Verdict = Omit<HandedOver, "message"> | { dueAt: number; errorCode: string | null };

async function tryOnce(
  { carry, endOf, clock, random = randomFraction, log, observe }: DeliveryOptions & { endOf?: EndOfMessage },
  message: ClaimedMessage,
  content: DeliverableMessage | undefined,
): Promise<Verdict> {
  const { attemptSid, channel, tries } = message;
  const giveUp = (errorCode: string, tried: Pick<HandedOver, "provider" | "tries">): Verdict => {
    observe?.({ channel, result: "failed", provider: tried.provider, errorCode });
    log?.error({ attemptSid, channel, ...tried, errorCode }, "a message was given up");
    return { report: { status: "failed", errorCode }, ...tried };
  };
  const before = { tries: tries - 1 };
  if (!content) return giveUp(giveUpCodes.unreadable, before);
  if (message.expiresAt <= clock()) return giveUp(message.errorCode ?? giveUpCodes.expired, before);
  // All of its tries were begun, by processes that did not live to tell what became of the last one.
  if (tries > triesMax) return giveUp(message.errorCode ?? giveUpCodes.unknown, before);

  const reason = endOf && (await endOf(message, content));
  const routed: Routed = reason === undefined ? await carry(message, content) : { status: "ended", errorCode: reason };
  for (const passed of routed.passed ?? []) {
    observe?.({ channel, result: "retry", ...passed });
    log?.warn({ attemptSid, channel, tries, ...passed }, "a provider could not take a message, and another was asked");
  }
  const tried = { provider: routed.provider, tries: routed.provider === undefined ? tries - 1 : tries };
  if (routed.status === "ended") {
    const { errorCode, provider } = routed;
    observe?.({ channel, result: "ended", provider, errorCode });
    log?.info({ attemptSid, channel, tries, errorCode }, "a message is not sent any more");
    return { report: { status: "failed", errorCode }, ...tried };
  }
  if (routed.status === "failed") return giveUp(routed.errorCode, tried);
  if (routed.status === "retry" && routed.isUntried) return { dueAt: nextLookAt(message, clock()), errorCode: null };
  if (routed.status === "retry") {
    const { errorCode, provider } = routed;
    const dueAt = nextTryAt({ ...message, ...routed }, clock(), random());
    if (dueAt === undefined) return giveUp(errorCode, tried);
    observe?.({ channel, result: "retry", provider, errorCode });
    log?.warn({ attemptSid, channel, provider, tries, errorCode }, "a message is to be tried again");
    return { dueAt, errorCode };
  }
  observe?.({ channel, result: routed.status, provider: routed.provider, errorCode: null });
  const { status, reference, provider } = routed;
  const report = { status, errorCode: null };
  // Two providers may use the same reference.
  const named = reference === undefined ? undefined : { reference: receiptReference(provider ?? "", reference) };
  return Object.assign({ report }, tried, named);
}

/** Nothing for a message that was sealed with a secret that is gone: it would never be delivered, nor let others pass. */
function contentOf({ sealed }: OutboxMessage, { openText }: DeliveryOptions["vault"]): DeliverableMessage | undefined {
  const text = openText(sealed);
  return text === undefined ? undefined : JSON.parse(text);
}
