import cluster from "node:cluster";
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Outlet } from "../delivery/outlets.ts";
import type { Tried } from "../delivery/worker.ts";
import type { BlockedSend } from "../guard/send-guard.ts";
import type { LogEntry } from "../http/request-log.ts";
import type { Clock } from "../kernel/clock.ts";
import { sendingChannels } from "../kernel/recipient.ts";
import type { Outcome } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import type { Decision } from "../verifications/ledger.ts";

/** What an operator watches. */
export type Metrics = ReturnType<typeof createMetrics>;

type Answered = Pick<LogEntry, "operation"> & { status: number | undefined; ms?: number };

/** Figures, whose labels are names of the document and of the domain, never what a caller sent. */
export function createMetrics(clock: Clock) {
  const registry = new Registry();
  // In a worker it answers the primary process, which serves the sum of all.
  if (cluster.isWorker) {
    AggregatorRegistry.setRegistries(registry);
    new AggregatorRegistry();
  }
  collectDefaultMetrics({ register: registry });
  const counters = createCounters(registry);
  beginCounters(counters);
  return {
    /** Begins the counters of providers at 0. */
    begin: (outlets: readonly Pick<Outlet, "name" | "channels">[]) => beginProviders(counters, outlets),
    /** The content type of `text`. */
    contentType: registry.contentType as string,
    /** All figures, in the text format of Prometheus. */
    text: () => registry.metrics(),
    /** Counts a request that was answered; without a status when the caller broke off. */
    answered({ operation, status, ms }: Answered) {
      const operationId = operation?.operationId ?? "none";
      counters.requests.inc({ operation: operationId, status: status ?? "aborted" });
      if (ms !== undefined) counters.durations.observe({ operation: operationId }, ms / 1000);
    },
    /** Counts a refusal, whether a handler refused or none was asked. */
    refused: ({ operationId: operation }: { operationId: string }, code: number | string) =>
      counters.refusals.inc({ operation, error: String(code) }),
    /** The same store, whose decisions are counted. */
    observeStore(store: Store): Store {
      observeQueue(registry, store, clock);
      observePosts(registry, store);
      observeUpkeep(registry, store);
      return countingStore(store, counters);
    },
    /** Tells whether it can serve, as `/readyz` does. */
    observeReadiness: (isReady: () => Promise<boolean>) => observeReadiness(registry, isReady),
    /** Counts a try to give a message to its channel. */
    tried({ channel, provider = "none", result }: Pick<Tried, "channel" | "provider" | "result">) {
      counters.sends.inc({ channel, provider, result: result === "sent" ? "accepted" : result });
    },
    /** Counts a send that the guard refused, or would have. */
    blocked: (by: BlockedSend["by"], isObserved: boolean) =>
      counters[isObserved ? "observed" : "blocked"].inc({ reason: by }),
    /** Counts a try to deliver to a webhook. */
    posted({ webhook, result }: { webhook: string; result: "done" | "retry" | "parked" }) {
      counters.posts.inc({ webhook, result: result === "done" ? "delivered" : result });
    },
    /** Counts that an account is sprayed from now on. */
    sprayed: () => counters.sprays.inc(),
    /** Counts a receipt. */
    received({ provider, status, isKnown }: { provider: string; status: string; isKnown: boolean }) {
      counters.receipts.inc({ provider, result: isKnown ? status : "unknown" });
    },
  };
}

type Counters = ReturnType<typeof createCounters>;

function createCounters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `countersign_${name}_total`, help, labelNames, registers });
  return {
    requests: counter("requests", "Requests by operation and HTTP status.", "operation", "status"),
    durations: new Histogram({
      name: "countersign_request_duration_seconds",
      help: "How long a request took, from the first byte to the answer.",
      labelNames: ["operation"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    refusals: counter("refusals", "Refused requests by operation and code of the error.", "operation", "error"),
    starts: counter("starts", "Verifications that were started, by their first channel.", "channel"),
    queued: counter("messages_queued", "Messages that were committed for sending, by channel.", "channel"),
    checks: counter("checks", "How checks and updates of verifications ended.", "outcome"),
    challenges: counter("challenges", "Challenges that were created or answered, by what it left them.", "status"),
    sends: counter("sends", "Tries to give a message to its channel.", "channel", "provider", "result"),
    blocked: counter("blocked_sends", "Sends that the guard refused, by what was against them.", "reason"),
    observed: counter("observed_sends", "Sends that the guard would have refused.", "reason"),
    posts: counter("webhook_tries", "Tries to deliver to webhooks.", "webhook", "result"),
    sprays: counter("sprays", "Times that somebody seemed to try codes on many recipients of an account."),
    receipts: counter("receipts", "What providers told of messages later.", "provider", "result"),
  };
}

/**
 * Counts what can be counted from 0 on: a counter that begins with its first event has no rise that a query could see, and
 * what comes before anybody reads it is missed.
 */
function beginCounters({ starts, queued, checks, challenges, blocked, observed, posts, receipts }: Counters): void {
  for (const channel of sendingChannels) for (const counter of [starts, queued]) counter.inc({ channel }, 0);
  starts.inc({ channel: "sna" }, 0);
  for (const outcome of ["approved", "check_refused", "locked", "canceled"]) checks.inc({ outcome }, 0);
  for (const status of ["pending", "approved"]) challenges.inc({ status }, 0);
  for (const reason of ["recipient", "account", "client", "prefix", "country"] satisfies BlockedSend["by"][])
    for (const counter of [blocked, observed]) counter.inc({ reason }, 0);
  for (const webhook of ["events", "service", "application"])
    for (const result of ["delivered", "retry", "parked"]) posts.inc({ webhook, result }, 0);
  receipts.inc({ provider: "none", result: "refused" }, 0);
}

function beginProviders({ sends, receipts }: Counters, outlets: readonly Pick<Outlet, "name" | "channels">[]): void {
  for (const { name: provider, channels } of outlets) {
    for (const channel of channels)
      for (const result of ["accepted", "delivered", "retry", "failed", "ended"])
        sends.inc({ channel, provider, result }, 0);
    if (!channels.some((channel) => channel !== "email" && channel !== "push")) continue;
    for (const result of ["delivered", "undelivered", "failed", "unknown", "refused"])
      receipts.inc({ provider, result }, 0);
  }
}

/** Counts what was committed, so a decision that is taken again counts once. */
function countingStore(store: Store, counters: Counters): Store {
  const counted = async <Decided extends Outcome<{ status: string }> | undefined>(deciding: Promise<Decided>) => {
    const decided = await deciding;
    if (decided?.ok) counters.challenges.inc({ status: decided.value.status });
    return decided;
  };
  return {
    ...store,
    challenges: {
      ...store.challenges,
      create: (...given) => counted(store.challenges.create(...given)),
      update: (...given) => counted(store.challenges.update(...given)),
    },
    async decide(command) {
      let last: Decision<unknown> | undefined;
      const outcome = await store.decide({
        ...command,
        decide(state, now) {
          const decision = command.decide(state, now);
          last = decision;
          return decision;
        },
      });
      if (last?.before) countDecision({ ...last.before, outcome: undefined }, counters);
      if (last) countDecision(last, counters);
      return outcome;
    },
  };
}

function countDecision({ facts = [], sends = [] }: Decision<unknown>, counters: Counters): void {
  for (const { attempt } of sends) counters.queued.inc({ channel: attempt.channel });
  for (const type of facts) {
    const channel = sends[0]?.attempt.channel;
    if (type === "started" && channel) counters.starts.inc({ channel });
    else if (typeof type === "string" && type !== "started" && type !== "sent") counters.checks.inc({ outcome: type });
  }
}

/** Read when somebody asks, so that it is true for all processes that share the database. */
function observeQueue(registry: Registry, { outbox, notifications }: Store, clock: Clock): void {
  const registers = [registry];
  let looking: Promise<Waiting | undefined> | undefined;
  // Both gauges are read in the same turn. Without a database there is no figure: 0 would pass for an empty queue.
  const look = () => {
    looking ??= outbox
      .waiting()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const gauge = (name: string, help: string, read: (waiting: Waiting) => number) =>
    new Gauge({
      name: `countersign_queue_${name}`,
      help,
      registers,
      // It is the same queue, whichever worker looks.
      aggregator: "max",
      async collect() {
        const waiting = await look();
        this.set(waiting ? read(waiting) : Number.NaN);
      },
    });
  new Gauge({
    name: "countersign_queue_pushes",
    help: "Pushes that wait to be sent, those under way included.",
    registers,
    aggregator: "max",
    async collect() {
      this.set(await notifications.waiting().catch(() => Number.NaN));
    },
  });
  gauge("messages", "Messages that wait in the outbox, those under way included.", ({ count }) => count);
  gauge("age_seconds", "How long the oldest of them has waited; 0 when there is none.", ({ oldestCreatedAt }) =>
    oldestCreatedAt === undefined ? 0 : Math.max(0, clock() - oldestCreatedAt) / 1000,
  );
}

function observePosts(registry: Registry, { posts }: Store): void {
  const gauge = (name: "failing" | "parked", help: string) =>
    new Gauge({
      name: `countersign_webhooks_${name}`,
      help,
      registers: [registry],
      aggregator: "max",
      async collect() {
        this.set(
          await posts.failedCount().then(
            (counts) => counts[name],
            () => Number.NaN,
          ),
        );
      },
    });
  gauge("failing", "Deliveries to webhooks that failed, and are tried again.");
  gauge("parked", "Deliveries to webhooks that were given up, and are kept.");
}

/** What a store tells of itself without asking the database. */
function observeUpkeep(registry: Registry, { aheadMs, checkpointFailures }: Store): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `countersign_${name}`,
      help,
      registers: [registry],
      aggregator: "max",
      collect() {
        this.set(read());
      },
    });
  gauge(
    "clock_ahead_seconds",
    "By how much this machine's clock is ahead of the database's, whose time counts.",
    () => aheadMs() / 1000,
  );
  gauge(
    "checkpoint_failures",
    "How often in a row SQLite's log of writes could not be moved to its file.",
    checkpointFailures,
  );
}

function observeReadiness(registry: Registry, isReady: () => Promise<boolean>): void {
  new Gauge({
    name: "countersign_ready",
    help: "1 while it can take requests, as /readyz says; else 0.",
    registers: [registry],
    // One of several that cannot is worth a look.
    aggregator: "min",
    async collect() {
      this.set((await isReady()) ? 1 : 0);
    },
  });
}

type Waiting = Awaited<ReturnType<Store["outbox"]["waiting"]>>;
