import { type ChannelUrl, channelVariables, readChannelUrls } from "./delivery/channel-urls.ts";
import { type EventWebhook, eventWebhookVariables, readEventWebhook } from "./events/event-webhook-setting.ts";
import type { GuardPolicy } from "./guard/send-guard.ts";
import { guardVariables, readGuard } from "./guard/settings.ts";

/** What the environment says. Read once, at the start. */
export interface Config {
  databaseUrl: string;
  secret: string;
  /** Under which codes that are alive may be sealed still. */
  previousSecret: string | undefined;
  /** Where callers reach the service; by the request's own host when it is not set. */
  publicUrl: string | undefined;
  lifetimeSeconds: number;
  port: number;
  host: string;
  /** Of each channel its providers, in the order of fail-over. */
  channels: readonly ChannelUrl[];
  /** Where the operator's figures are served; nowhere without it. */
  metrics: { port: number; host: string } | undefined;
  /** What hears of every verification; nobody without it. */
  eventWebhook: EventWebhook | undefined;
  /** What keeps sends within bounds. */
  guard: GuardPolicy;
}

const prefix = "COUNTERSIGN_";
const names = [
  ...[
    "DATABASE_URL",
    "SECRET",
    "PUBLIC_URL",
    "LIFETIME_SECONDS",
    "HOST",
    "SECRET_PREVIOUS",
    "METRICS_PORT",
    "METRICS_HOST",
  ].map((name) => prefix + name),
  ...channelVariables,
  ...eventWebhookVariables,
  ...guardVariables,
];
/** What commands read that call a server; no setting of one, but it may be set beside. */
const ofCallers = ["SERVER", "ACCOUNT", "TOKEN", "SERVICE", "INTEGRATION_KEY"].map((name) => prefix + name);
const secretLengthMin = 32;

/**
 * Reads the configuration of a production server.
 * @returns every problem at once, each with the name of its variable, and never with its value.
 */
export function readConfig(env: Record<string, string | undefined>): { config: Config } | { problems: string[] } {
  const databaseUrl = env.COUNTERSIGN_DATABASE_URL ?? "";
  const secret = env.COUNTERSIGN_SECRET ?? "";
  const previousSecret = env.COUNTERSIGN_SECRET_PREVIOUS;
  const publicUrl = env.COUNTERSIGN_PUBLIC_URL;
  const lifetimeSeconds = Number(env.COUNTERSIGN_LIFETIME_SECONDS ?? 600);
  const port = Number(env.PORT ?? 4010);
  const metricsPort = env.COUNTERSIGN_METRICS_PORT;
  const { channels, problems: channelProblems } = readChannelUrls(env);
  const { eventWebhook, problems: webhookProblems } = readEventWebhook(env);
  const { guard, problems: guardProblems } = readGuard(env);
  const problems = [
    ...Object.keys(env)
      .filter((name) => name.startsWith(prefix) && !names.includes(name) && !ofCallers.includes(name))
      .map((name) => `${name} is no setting; there are ${names.join(", ")}.`),
    ...(isDatabaseUrl(databaseUrl) ? [] : ["COUNTERSIGN_DATABASE_URL must be sqlite:./file.db or postgres://…"]),
    ...(secret.length >= secretLengthMin
      ? []
      : [`COUNTERSIGN_SECRET must have ${secretLengthMin} characters or more, as from: openssl rand -base64 32`]),
    ...(previousSecret === undefined || previousSecret.length >= secretLengthMin
      ? []
      : [`COUNTERSIGN_SECRET_PREVIOUS must have ${secretLengthMin} characters or more, as the secret that it was.`]),
    ...(publicUrl === undefined || isBaseUrl(publicUrl)
      ? []
      : ["COUNTERSIGN_PUBLIC_URL must be http(s)://host or http(s)://host/path."]),
    ...(Number.isInteger(lifetimeSeconds) && lifetimeSeconds >= 120 && lifetimeSeconds <= 86_400
      ? []
      : ["COUNTERSIGN_LIFETIME_SECONDS must be a whole number from 120 to 86400."]),
    ...(isPort(port) ? [] : ["PORT must be a port number."]),
    ...(metricsPort === undefined || isPort(Number(metricsPort))
      ? []
      : ["COUNTERSIGN_METRICS_PORT must be a port number."]),
    ...channelProblems,
    ...webhookProblems,
    ...guardProblems,
  ];
  if (problems.length > 0) return { problems };
  return {
    config: {
      databaseUrl,
      secret,
      previousSecret,
      publicUrl,
      lifetimeSeconds,
      port,
      host: env.COUNTERSIGN_HOST ?? "0.0.0.0",
      channels,
      metrics: metricsPort === undefined ? undefined : { port: Number(metricsPort), host: metricsHost(env) },
      eventWebhook,
      guard,
    },
  };
}

export function isDatabaseUrl(text: string): boolean {
  return /^(sqlite:.+|postgres(ql)?:\/\/.+)/.test(text);
}

/** Figures tell how a business goes, and are served without credentials: to this machine alone, unless it is said. */
function metricsHost(env: Record<string, string | undefined>): string {
  return env.COUNTERSIGN_METRICS_HOST ?? "127.0.0.1";
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

/** Other addresses are made from it by going on where it ends. */
function isBaseUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text);
}
