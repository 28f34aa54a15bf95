import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { byAccount, createAuthenticator } from "./accounts/authenticate.ts";
import { attemptHandlers } from "./attempts/attempts.ts";
import { byGateway, type Receive, receiptHandlers, type SignerOf } from "./delivery/receipts.ts";
import { createEventRequest, type EventWebhook, eventReports } from "./events/event-webhook.ts";
import type { Reaction } from "./events/reactions.ts";
import { createWebhookSender } from "./events/sender.ts";
import { startWebhookWorker } from "./events/worker.ts";
import { approvalsCounted, createGuard, type Guard } from "./guard/guard.ts";
import type { GuardPolicy } from "./guard/send-guard.ts";
import { createApp } from "./http/app.ts";
import { bundledDocument } from "./http/bundled-document.ts";
import type { Intercept, Tls } from "./http/http-server.ts";
import type { Handlers } from "./kernel/handler.ts";
import type { Metrics } from "./operator/metrics.ts";
import { startOperatorServer } from "./operator/operator-server.ts";
import { createProbes } from "./operator/probes.ts";
import { createReadiness } from "./operator/readiness.ts";
import type { Tracing } from "./operator/tracing.ts";
import { bucketHandlers } from "./rate-limits/buckets.ts";
import { rateLimitHandlers } from "./rate-limits/rate-limits.ts";
import type { SandboxHandlers } from "./sandbox/sandbox-handlers.ts";
import { serviceHandlers } from "./services/services.ts";
import { createSweeper } from "./store/retention.ts";
import type { Store } from "./store/store.ts";
import type { V1Handlers } from "./v1/handler.ts";
import { createV1Dialect } from "./v1/http/dialect.ts";
import { callReports } from "./v1/phone-reports.ts";
import { type V1Parts, v1Authenticators, v1Handlers } from "./v1/v1.ts";
import type { StartParts } from "./verifications/composed-send.ts";
import { type SnaParts, snaHandlers } from "./verifications/sna.ts";
import { verificationCheckHandlers } from "./verifications/verification-checks.ts";
import { verificationHandlers } from "./verifications/verifications.ts";

export interface ServerOptions {
  /** By default a free one. */
  port?: number;
  /** The address to listen on. */
  host?: string;
  /** Where callers reach the service; by the request's own host when it is not given. */
  publicUrl?: string;
  logger?: Logger;
  /** With which it speaks HTTPS, and HTTP without. */
  tls?: Tls;
  /** What answers below `/docs/`, if anything. */
  docs?: RequestListener;
  /** What counts, if anything does, and where its figures are served, if they are here. */
  operator?: { metrics: Metrics; port?: number; host?: string };
  /** What makes spans of requests and webhooks, if anything does. */
  tracing?: Pick<Tracing, "observeRoute" | "observeWebhooks"> | undefined;
  /** What hears of every verification, if anything does. */
  eventWebhook?: EventWebhook;
  /** What keeps sends within bounds, if anything does. */
  guard?: GuardPolicy;
}

export interface Running {
  /** Where it answers, without a slash at the end. */
  url: string;
  port: number;
  /** Where the operator's figures are served. */
  operatorPort?: number;
  /** Finishes the requests that are under way, stops the workers, then closes the store. It takes less than 10 s. */
  close(): Promise<void>;
}

/** Serves the operations over HTTP. */
export async function listen({
  parts: given,
  port = 0,
  host = "127.0.0.1",
  publicUrl,
  logger,
  tls,
  docs,
  operator,
  tracing,
  eventWebhook,
  guard: policy,
  delivery,
  sandbox,
}: ServerOptions & { parts: Parts; delivery?: { stop: () => Promise<void> }; sandbox?: Sandbox }): Promise<Running> {
  const { clock, signerOf, store } = given;
  const guard = createGuard(policy, { metrics: operator?.metrics, logger });
  for (const reaction of reactionsOf(given.newSid, { guard, eventWebhook })) store.react(reaction);
  const sweeper = createSweeper({ store, clock, ...(logger && { log: logger }) });
  const parts = { ...given, ...store, guard };
  const features = featuresOf(parts);
  const { v2, v1 } = sandbox?.around(features) ?? features;
  const observe = <T extends object>(handlers: T) => operator?.metrics.observeHandlers(handlers) ?? handlers;
  const readiness = createReadiness(store);
  const probes = createProbes(readiness);
  const app = createApp({
    document: bundledDocument,
    handlers: observe({ ...v2, ...sandbox?.handlers }),
    dialects: [createV1Dialect({ handlers: observe(v1), authenticate: v1Authenticators(parts) })],
    authenticators: {
      basicAuth: byAccount(createAuthenticator(store.accounts)),
      ...(signerOf && { gatewaySignature: byGateway(signerOf) }),
    },
    answersPreferredErrors: sandbox !== undefined,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(logger && { logger }),
    ...(operator && { onAnswered: operator.metrics.answered }),
    ...(tracing && { observeRoute: tracing.observeRoute }),
    intercept: docs ? either(probes, below("/docs", docs)) : probes,
    ...(tls && { tls }),
  });
  await app.listen({ port, host });
  sweeper.start();
  const send = createWebhookSender({ isSandbox: sandbox !== undefined });
  const webhooks = startWebhookWorker({
    ...parts,
    send: tracing?.observeWebhooks(send) ?? send,
    ...(eventWebhook && { eventRequest: createEventRequest(eventWebhook, { store }) }),
    pollMs: sandbox ? 100 : 1_000,
    ...(logger && { log: logger }),
  });
  const operatorServer = await serveOperator(operator, probes);
  const address = app.server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    ...(operatorServer && { operatorPort: operatorServer.port }),
    async close() {
      readiness.stop();
      // A worker that waits for somebody slow is left behind: what it had is claimed again when its lease ends.
      await within(stopMs, Promise.all([app.close().then(() => delivery?.stop()), webhooks.stop(), sweeper.stop()]));
      operatorServer?.close();
      await store.close();
    },
  };
}

/** All that follows from facts, besides what every store does by itself. */
function reactionsOf(
  newSid: (prefix: string) => string,
  { guard, eventWebhook }: { guard: Guard | undefined; eventWebhook: EventWebhook | undefined },
): Reaction[] {
  return [
    callReports(newSid),
    ...(guard ? [approvalsCounted(guard)] : []),
    ...(eventWebhook ? [eventReports(newSid)] : []),
  ];
}

/** What a server is made of, and the sandbox otherwise than production. */
type Parts = Omit<StartParts, "guard"> &
  SnaParts &
  Pick<V1Parts, "webhookProtocols" | "hasUsers"> & {
    store: Store;
    /** Without it there is no gateway that could sign, and none is heard. */
    signerOf?: SignerOf;
    receive: Receive;
  };

interface Features {
  v2: Omit<Handlers, keyof SandboxHandlers>;
  v1: V1Handlers;
}

/** What the sandbox adds to the operations. */
interface Sandbox {
  handlers: SandboxHandlers;
  around: (features: Features) => Features;
}

/** The list of features: a missing operation, or one that is not as the document has it, does not compile. */
function featuresOf(parts: StartParts & SnaParts & V1Parts & Store & { receive: Receive }): Features {
  return {
    v2: {
      ...verificationHandlers(parts),
      ...verificationCheckHandlers(parts),
      ...snaHandlers(parts),
      ...attemptHandlers(parts),
      ...serviceHandlers(parts),
      ...rateLimitHandlers(parts),
      ...bucketHandlers(parts),
      ...receiptHandlers(parts),
    },
    v1: v1Handlers(parts),
  };
}

async function serveOperator(operator: ServerOptions["operator"], probes: Intercept) {
  const { metrics, port, host } = operator ?? {};
  return metrics && port !== undefined && host !== undefined
    ? startOperatorServer({ metrics, port, host, probes })
    : undefined;
}

/** Whoever stops a process kills it after ten seconds. */
const stopMs = 9_000;

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}

function either(first: Intercept, second: Intercept): Intercept {
  return (request, response) => first(request, response) || second(request, response);
}

/** Hands requests below a path to another listener. */
function below(path: string, listener: RequestListener) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== path && !request.url?.startsWith(`${path}/`)) return false;
    listener(request, response);
    return true;
  };
}
