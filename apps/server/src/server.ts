import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { accessTokenHandlers } from "./access-tokens/access-tokens.ts";
import { byAccount, createAuthenticator } from "./accounts/authenticate.ts";
import { attemptHandlers } from "./attempts/attempts.ts";
import type { AuthServerSetting } from "./auth-servers/auth-server.ts";
import { policyForAuthServers } from "./auth-servers/deliver.ts";
import { createAuthServerDialect } from "./auth-servers/dialect.ts";
import { challengeHandlers } from "./challenges/challenges.ts";
import { bySandboxPage, bySession, consoleAccess, firstOf } from "./console/access.ts";
import { auditHandlers } from "./console/audit.ts";
import { consoleConnectionsMax, createConsoleApp } from "./console/console-app.ts";
import { erasureHandlers } from "./console/erasures.ts";
import { figureHandlers } from "./console/figures.ts";
import { guardHandlers } from "./console/guard.ts";
import type { GuardParts } from "./console/guard-verdict.ts";
import { keyHandlers } from "./console/keys.ts";
import { postHandlers } from "./console/posts.ts";
import { previewHandlers } from "./console/preview.ts";
import { providerHandlers } from "./console/providers.ts";
import { refusalsOfStarts, refusedStartHandlers } from "./console/refused-starts.ts";
import type { RequestHandlers } from "./console/requests.ts";
import { shownSafeListHandlers } from "./console/safe-list.ts";
import { type SessionHandlers, sessionHandlers } from "./console/sessions.ts";
import type { ConsoleSettings } from "./console/settings.ts";
import { verificationLogHandlers } from "./console/verifications.ts";
import { noOutlets, type Outlets } from "./delivery/outlets.ts";
import { byGateway, type Receive, receiptHandlers, type SignerOf } from "./delivery/receipts.ts";
import { entityHandlers } from "./entities/entities.ts";
import { createEventRequests, type EventSource, type EventWebhook, eventReports } from "./events/event-webhook.ts";
import { createWebhookSender, type SendWebhook, type WebhookReach } from "./events/sender.ts";
import { isSubscribed } from "./events/streamed.ts";
import { startWebhookWorker } from "./events/worker.ts";
import { byDevice } from "./factors/device.ts";
import { factorHandlers } from "./factors/factors.ts";
import { formHandlers } from "./forms/forms.ts";
import { approvalsCounted, createGuard } from "./guard/guard.ts";
import type { GuardPolicy } from "./guard/send-guard.ts";
import { createApp, type ObserveRoute, type OnAnswer } from "./http/app.ts";
import { bundledDocument } from "./http/bundled-document.ts";
import type { Closing } from "./http/closer.ts";
import { connectionsMax } from "./http/connections.ts";
import type { Intercept, Tls } from "./http/http-server.ts";
import type { Clock } from "./kernel/clock.ts";
import type { Handlers, Principal } from "./kernel/handler.ts";
import type { Refusal } from "./kernel/refusal.ts";
import { within } from "./kernel/under-way.ts";
import { messagingConfigurationHandlers } from "./messaging-configurations/messaging-configurations.ts";
import { notificationHandlers } from "./notifications/notifications.ts";
import type { PushWay } from "./notifications/push.ts";
import { startPushWorker } from "./notifications/worker.ts";
import type { Metrics } from "./operator/metrics.ts";
import { startOperatorServer } from "./operator/operator-server.ts";
import { createProbes, createReadiness } from "./operator/readiness.ts";
import type { Tracing } from "./operator/tracing.ts";
import { passkeyHandlers } from "./passkeys/passkeys.ts";
import { bucketHandlers } from "./rate-limits/buckets.ts";
import { rateLimitHandlers } from "./rate-limits/rate-limits.ts";
import { safeListHandlers } from "./safe-list/safe-list.ts";
import type { DeviceHandlers } from "./sandbox/devices.ts";
import type { FaultHandlers } from "./sandbox/faults.ts";
import type { LookupHandlers } from "./sandbox/phone-lookup.ts";
import type { SandboxHandlers } from "./sandbox/sandbox-handlers.ts";
import type { WebhookHandlers } from "./sandbox/webhook.ts";
import type { Service } from "./services/service.ts";
import { serviceHandlers } from "./services/services.ts";
import { createSweeper } from "./store/retention.ts";
import type { Store } from "./store/store.ts";
import { createTemplates } from "./templates/catalogue.ts";
import type { Template } from "./templates/template.ts";
import { templateHandlers } from "./templates/templates.ts";
import type { V1Handlers } from "./v1/handler.ts";
import { createV1Dialect } from "./v1/http/dialect.ts";
import { callReports } from "./v1/phone-reports.ts";
import { type V1Parts, v1Authenticators, v1Handlers } from "./v1/v1.ts";
import { endingLost } from "./verifications/check.ts";
import type { StartParts } from "./verifications/composed-send.ts";
import type { GuessPolicy } from "./verifications/guesses.ts";
import { type SnaParts, snaHandlers } from "./verifications/sna.ts";
import { verificationCheckHandlers } from "./verifications/verification-checks.ts";
import { verificationHandlers } from "./verifications/verifications.ts";
import { createFactorRequests } from "./webhooks/factor-events.ts";
import { serviceWebhookHandlers } from "./webhooks/webhooks.ts";

export interface ServerOptions {
  /** By default a free one. */
  port?: number;
  /** The address to listen on. */
  host?: string;
  /** Where callers reach the service; by the request's own host when it is not given. */
  publicUrl?: string | undefined;
  /** Origins whose pages may read all answers in a browser. */
  corsOrigins?: readonly string[];
  logger?: Logger | undefined;
  /** With which it speaks HTTPS, and HTTP without. */
  tls?: Tls | undefined;
  /** Look at every request after the probes, until one answers it itself. */
  intercepts?: readonly Intercept[];
  /** What counts, if anything does, and where its figures are served, if they are here. */
  operator?: { metrics: Metrics; at?: { port: number; host: string } | undefined } | undefined;
  /** What makes spans of requests and webhooks, if anything does. */
  tracing?: Pick<Tracing, "observeRoute" | "observeWebhooks"> | undefined;
  /** What hears of every verification, if anything does. */
  eventWebhook?: EventWebhook | undefined;
  /** What keeps sends within bounds, if anything does. */
  guard?: GuardPolicy | undefined;
  /** Where people log in who get their codes from here. */
  authServers?: readonly AuthServerSetting[] | undefined;
  /** Where operators look at it in a browser, if they do. */
  console?: ConsoleSettings | undefined;
  /** How long it lets others notice that it stops; it does not wait for that by default. */
  closing?: Closing | undefined;
}

export interface Running {
  /** Where it answers, without a slash at the end. */
  url: string;
  port: number;
  /** Where the operator's figures are served. */
  operatorPort?: number | undefined;
  /** Where the console is. */
  consolePort?: number | undefined;
  /** Finishes the requests that are under way, stops the workers, then closes the store. It takes less than 8 s. */
  close(): Promise<void>;
}

/** Serves the operations over HTTP. */
export async function listen({
  parts: given,
  port = 0,
  host = "127.0.0.1",
  publicUrl,
  corsOrigins = [],
  logger,
  tls,
  intercepts = [],
  operator,
  tracing,
  eventWebhook,
  guard: policy,
  authServers = [],
  console: operators,
  closing,
  delivery,
  sandbox,
}: ServerOptions & { parts: Parts; delivery?: { stop: () => Promise<void> }; sandbox?: Sandbox }): Promise<Running> {
  const { clock, newSid, signerOf } = given;
  const store = endingLost(given.store, given.vault, logger);
  const guardBy = (held: GuardPolicy | undefined) =>
    createGuard(held, { ...store, vault: given.vault, metrics: operator?.metrics, logger });
  const guard = guardBy(policy);
  // All that follows from facts, besides what every store does by itself.
  const webhook = sandbox?.webhook ?? (eventWebhook && { current: () => eventWebhook, clock });
  const ofEvents = webhook && eventReports(newSid, webhook.current);
  const reactions = [callReports(newSid), guard && approvalsCounted(guard), ofEvents];
  for (const reaction of reactions) if (reaction) store.react(reaction);
  const guessing: GuessPolicy = {
    codesGrow: true,
    ...given.guessing,
    onSprayed(spray) {
      operator?.metrics.sprayed();
      logger?.warn(spray, "somebody seems to try codes on many recipients of an account");
    },
  };
  const isSandbox = sandbox !== undefined;
  const sessions = { ...store, mode: isSandbox ? "sandbox" : "production", clock, log: logger } as const;
  const observed = (send: SendWebhook) => {
    const posting = sandbox?.observeWebhooks(send) ?? send;
    return tracing?.observeWebhooks(posting) ?? posting;
  };
  const recognise = sandbox && firstOf(bySession(sessions), bySandboxPage(sandbox.page));
  const parts = {
    ...given,
    store,
    ...store,
    guard,
    guessing,
    guardPolicy: policy,
    tellsAll: (service: Service) => webhook?.current()?.schema === "event-streams" && isSubscribed(service),
    templates: createTemplates(given.templates, (serviceSid, templateSid) => {
      logger?.warn({ serviceSid, templateSid }, "the template of a service is gone: its messages read as without one");
    }),
    outlets: given.outlets ?? noOutlets,
    send: observed(createWebhookSender(given.webhooks)),
    signingClock: webhook?.clock ?? clock,
  };
  const pushes = startPushWorker({ ...given.pushes, store, clock, observe: operator?.metrics.tried, log: logger });
  // In the sandbox the push is in the inbox once the challenge is answered; elsewhere no caller waits for a platform.
  const sendPushes = sandbox ? pushes.run : async () => void pushes.run();
  const features = featuresOf({ ...parts, sendPushes }, sessionHandlers(sessions, recognise));
  const { v2, v1 } = sandbox?.around(features) ?? features;
  const readiness = createReadiness(store);
  operator?.metrics.observeReadiness(readiness.isReady);
  const probes = createProbes(readiness);
  const observeRoute: ObserveRoute = (route, respond) => {
    const observed = sandbox?.observeRoute(route, respond) ?? respond;
    return tracing?.observeRoute(route, observed) ?? observed;
  };
  const basicAuth = byAccount(createAuthenticator(store.accounts, clock));
  const serving = {
    document: bundledDocument,
    handlers: v2,
    authenticators: {
      basicAuth: recognise ? consoleAccess(basicAuth, recognise) : basicAuth,
      deviceToken: byDevice(parts),
      ...(signerOf && { gatewaySignature: byGateway(signerOf) }),
    },
    answersPreferredErrors: sandbox?.answersPreferredErrors,
    hasDocs: sandbox?.hasDocs,
    onAnswer: sandbox?.onAnswer,
    publicUrl,
    logger,
    onRefused: refusalsOfStarts(store.refusedStarts.note, clock),
    counts: operator?.metrics,
    observeRoute,
    closing,
  };
  const ofAuthServers = {
    ...parts,
    guard: guardBy(policyForAuthServers(policy)),
    refusalOfStart: sandbox?.refusalOfStart,
  };
  const app = createApp({
    ...serving,
    dialects: [
      (shared) => createV1Dialect(shared, { handlers: v1, authenticate: v1Authenticators(parts) }),
      ...(authServers.length > 0 ? [() => createAuthServerDialect(authServers, ofAuthServers)] : []),
    ],
    cors: sandbox || corsOrigins.length > 0 ? { origins: corsOrigins, isOpen: isSandbox } : undefined,
    intercepts: [probes, ...intercepts],
    isHost: sandbox?.isHost,
    tls,
    connectionsMax: connectionsMax() - (operators ? consoleConnectionsMax() : 0),
  });
  const consoleApp = operators && createConsoleApp(serving, operators, sessions);
  await app.listen({ port, host }, sandbox?.alsoAt);
  if (operators) await consoleApp?.listen({ port: operators.port, host: operators.host });
  const sweeper = createSweeper({ store, clock, log: logger });
  sweeper.start();
  const webhooks = startWebhookWorker({
    ...parts,
    own: webhook && {
      request: createEventRequests(webhook, store),
      send: observed(createWebhookSender({ ...given.webhooks, isOwn: eventWebhook?.isPrivate ?? false })),
    },
    ofServices: createFactorRequests(store.serviceWebhooks, parts),
    observe: operator?.metrics.posted,
    pollMs: given.webhooks.pollMs,
    log: logger,
  });
  const figures = operator?.at && (await startOperatorServer({ ...operator.at, metrics: operator.metrics, probes }));
  const address = app.server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    operatorPort: figures?.port,
    consolePort: consoleApp && (consoleApp.server.address() as AddressInfo).port,
    async close() {
      readiness.stop();
      // A worker that waits for somebody slow is left behind: what it had is claimed again when its lease ends.
      const answered = Promise.all([app.close(), consoleApp?.close()]);
      await within(
        stopMs,
        Promise.all([answered.then(() => delivery?.stop()), webhooks.stop(), pushes.stop(), sweeper.stop()]),
      );
      figures?.close();
      await within(storeMs, store.close());
    },
  };
}

/** Whoever stops a process kills it after ten seconds. All ends in eight, and the first five are those of requests. */
const [stopMs, storeMs] = [6_400, 700];

/** What a server is made of, and the sandbox otherwise than production. */
type Parts = Omit<StartParts, "guard" | "guessing" | "templates"> &
  SnaParts &
  Pick<V1Parts, "hasUsers"> & {
    store: Store;
    /** By default they are masked. */
    showsRecipients?: boolean;
    /** By default codes grow. */
    guessing?: GuessPolicy;
    /** How long what platforms find devices by is at least; by default as long as theirs. */
    notificationTokenMin?: number;
    /** The operator's own; none by default. */
    templates?: readonly Template[] | undefined;
    /** Without it there is no gateway that could sign, and none is heard. */
    signerOf?: SignerOf | undefined;
    receive: Receive;
    /** What messages go out by; by default nobody can look at it. */
    outlets?: Outlets;
    /** How devices are told of challenges. */
    pushes: PushWay;
    /** Where posts may go, and how often it is looked whether one is due. */
    webhooks: WebhookReach & { pollMs: number };
  };

/** What posts to webhooks, as far as a feature does so by itself. */
interface Posting {
  webhooks: WebhookReach;
  send: SendWebhook;
  signingClock: Clock;
}

interface Features {
  v2: Omit<
    Handlers,
    keyof (SandboxHandlers & LookupHandlers & DeviceHandlers & FaultHandlers & WebhookHandlers & RequestHandlers)
  >;
  v1: V1Handlers;
}

/** What the sandbox adds to the operations, and to how they answer. */
interface Sandbox {
  around: (features: Features) => { v2: Handlers; v1: V1Handlers };
  answersPreferredErrors: boolean;
  /** Whether errors lead to the docs beside it. */
  hasDocs: boolean;
  /** In whose name its own page is. */
  page: Principal;
  onAnswer: OnAnswer;
  observeRoute: ObserveRoute;
  /** The refusal that a number asks for, to which an auth server has a code sent. */
  refusalOfStart: (to: string) => { ok: false; refusal: Refusal } | undefined;
  /** Whether requests may name their host so. */
  isHost: (name: string) => boolean;
  /** Another address to listen on. */
  alsoAt: string | undefined;
  /** In place of the operator's. */
  webhook: EventSource;
  observeWebhooks: (send: SendWebhook) => SendWebhook;
}

/** The list of features: a missing operation, or one that is not as the document has it, does not compile. */
function featuresOf(
  parts: GuardParts &
    SnaParts &
    V1Parts &
    Store &
    Posting & {
      pushes: PushWay;
      sendPushes: () => Promise<void>;
      receive: Receive;
      showsRecipients?: boolean;
      notificationTokenMin?: number;
    },
  ofSessions: SessionHandlers,
): Features {
  return {
    v2: {
      ...ofSessions,
      ...verificationHandlers(parts),
      ...verificationCheckHandlers(parts),
      ...snaHandlers(parts),
      ...attemptHandlers(parts),
      ...serviceHandlers(parts),
      ...rateLimitHandlers(parts),
      ...bucketHandlers(parts),
      ...messagingConfigurationHandlers(parts),
      ...templateHandlers(parts),
      ...safeListHandlers(parts),
      ...serviceWebhookHandlers(parts),
      ...formHandlers(),
      ...accessTokenHandlers(parts),
      ...entityHandlers(parts),
      ...factorHandlers(parts),
      ...challengeHandlers(parts),
      ...notificationHandlers(parts),
      ...passkeyHandlers(parts),
      ...receiptHandlers(parts),
      ...auditHandlers(parts),
      ...figureHandlers(parts),
      ...previewHandlers(parts),
      ...verificationLogHandlers(parts),
      ...refusedStartHandlers(parts),
      ...erasureHandlers(parts),
      ...keyHandlers(parts),
      ...postHandlers(parts),
      ...providerHandlers(parts),
      ...guardHandlers(parts),
      ...shownSafeListHandlers(parts),
    },
    v1: v1Handlers(parts),
  };
}
