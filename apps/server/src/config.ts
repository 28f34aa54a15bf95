import type { AuthServerSetting } from "./auth-servers/auth-server.ts";
import { authServerSettings, readAuthServers } from "./auth-servers/settings.ts";
import { type ConsoleSettings, consoleSettings, readConsole } from "./console/settings.ts";
import { type ChannelUrl, channelVariables, readChannelUrls } from "./delivery/channel-urls.ts";
import { type EventWebhook, eventWebhookSettings, readEventWebhook } from "./events/event-webhook.ts";
import type { GuardPolicy } from "./guard/send-guard.ts";
import { guardSettings, readGuard } from "./guard/settings.ts";
import { isWorthless, withFiles } from "./kernel/secrets.ts";
import {
  baseUrl,
  type Env,
  flag,
  hostAddress,
  integer,
  list,
  optional,
  port,
  readEnv,
  setting,
  text,
  type Values,
} from "./kernel/setting.ts";
import { type PushCredential, pushVariables, readPushCredentials } from "./notifications/credentials.ts";
import { openTemplates, templatesSetting } from "./templates/catalogue.ts";
import { senderSettings } from "./verifications/sender.ts";

/** What the environment says. Read once, at the start. */
export interface Config extends Omit<Values<typeof ofServer>, keyof typeof ofMetrics> {
  /** Of each channel its providers, in the order of fail-over. */
  channels: readonly ChannelUrl[];
  /** By which pushes go out to devices; none without them. */
  pushCredentials: readonly PushCredential[];
  /** Where the operator's figures are served; nowhere without it. */
  metrics: { port: number; host: string } | undefined;
  /** Where operators look at it in a browser; nowhere without it. */
  console: ConsoleSettings | undefined;
  /** What hears of every verification; nobody without it. */
  eventWebhook: EventWebhook | undefined;
  /** What keeps sends within bounds. */
  guard: GuardPolicy;
  /** Where people log in who get their codes from here. */
  authServers: readonly AuthServerSetting[];
}

/** As a browser names where a page comes from. */
const origins = list(
  "must be origins with spaces between, as https://app.example.com https://localhost:3000",
  (word) => (/^https?:/.test(word) && URL.canParse(word) && new URL(word).origin === word ? word : undefined),
);

const ofMetrics = {
  metricsPort: optional("COUNTERSIGN_METRICS_PORT", port),
  // Figures tell how a business goes, and are served without credentials: to this machine alone, unless it is said.
  metricsHost: setting("COUNTERSIGN_METRICS_HOST", hostAddress, "127.0.0.1"),
};

/** As `openStore` takes it. */
export const databaseUrl = text(
  "must be as sqlite:./file.db or postgres://host/database",
  /^(sqlite:.+|postgres(ql)?:\/\/.+)/,
);

export const publicAddress = {
  /** Where callers reach the service; by the request's own host when it is not set. */
  publicUrl: optional("COUNTERSIGN_PUBLIC_URL", baseUrl),
};

const ofServer = {
  databaseUrl: setting("COUNTERSIGN_DATABASE_URL", databaseUrl),
  secret: setting("COUNTERSIGN_SECRET", {
    must: 'must have 32 characters or more that nobody guesses, as from "openssl rand -base64 32"',
    read: (given) => (given.length >= 32 && !isWorthless(given) ? given : undefined),
  }),
  /** Under which codes that are alive may be sealed still. It is not judged: whoever has a bad one is to leave it. */
  previousSecret: optional(
    "COUNTERSIGN_SECRET_PREVIOUS",
    text("must have 32 characters or more, as the secret that it was", /^.{32}/s),
  ),
  ...publicAddress,
  /** How messages may read, besides. */
  ...templatesSetting,
  /** Whose pages may read answers in a browser. */
  corsOrigins: setting("COUNTERSIGN_CORS_ORIGINS", origins),
  /** Whether codes get longer where many were guessed wrong. */
  growingCodes: setting("COUNTERSIGN_GROWING_CODES", flag("on", "off"), "on"),
  lifetimeSeconds: setting("COUNTERSIGN_LIFETIME_SECONDS", integer(120, 86_400), "600"),
  host: setting("COUNTERSIGN_HOST", hostAddress, "0.0.0.0"),
  port: setting("PORT", port, "4010"),
  ...senderSettings,
  ...ofMetrics,
};

const prefix = "COUNTERSIGN_";
/** What a server can be told by its environment, or by a file for each. */
export const settingNames = [
  ...[ofServer, consoleSettings, eventWebhookSettings, guardSettings, ...Object.values(authServerSettings)].flatMap(
    (declared) => Object.values(declared).map(({ name }) => name),
  ),
  ...channelVariables,
  ...pushVariables,
];
/** What commands read that call a server or bring a seed; no setting of one, but it may be set beside. */
const ofCallers = ["URL", "SERVER", "ACCOUNT", "TOKEN", "SERVICE", "INTEGRATION_KEY", "SEED"].map(
  (name) => prefix + name,
);

/**
 * Reads the configuration of a production server.
 * @returns every problem at once, each with the name of its variable, and never with its value; beside them the database,
 * if nothing is wrong with its address.
 */
export function readConfig(
  given: Env,
): { config: Config } | { problems: string[]; databaseUrl: Config["databaseUrl"] | undefined } {
  const { env, problems: ofFiles } = withFiles(given, settingNames);
  const { values, problems: ofValues } = readEnv(env, ofServer);
  const { channels, problems: ofChannels } = readChannelUrls(env);
  const { pushCredentials, problems: ofPush } = readPushCredentials(env);
  const { eventWebhook, problems: ofWebhook } = readEventWebhook(env);
  const { guard, problems: ofGuard } = readGuard(env);
  const { console, problems: ofConsole } = readConsole(env);
  const { authServers, problems: ofAuthServers } = readAuthServers(env);
  const unknown = Object.keys(env)
    .filter(
      (name) =>
        name.startsWith(prefix) && !settingNames.includes(name.replace(/_FILE$/, "")) && !ofCallers.includes(name),
    )
    .map((name) => `${name} is no setting; there are ${settingNames.join(", ")}.`);
  // What a file was to say is not missing besides.
  const ofTexts = [
    ...ofValues,
    ...ofChannels,
    ...ofPush,
    ...ofWebhook,
    ...ofGuard,
    ...ofConsole,
    ...ofAuthServers,
  ].filter((problem) => !ofFiles.some(({ name }) => problem.startsWith(`${name} `)));
  const problems = [...unknown, ...ofFiles.map(({ problem }) => problem), ...ofTexts];
  const { metricsPort, metricsHost, ...rest } = values;
  if (problems.length > 0) return { problems, databaseUrl: rest.databaseUrl };
  const metrics = metricsPort === undefined ? undefined : { port: metricsPort, host: metricsHost };
  return { config: { ...rest, channels, pushCredentials, metrics, console, eventWebhook, guard, authServers } };
}

/** What is wrong where a server is to run, while commands on its database can do without. */
export function problemsOfServing(env: Env): string[] {
  const { name } = publicAddress.publicUrl;
  if (env[name] !== undefined || env[`${name}_FILE`] !== undefined) return [];
  return [`${name} must say where callers reach the service: else whoever calls could say it.`];
}

/** The operator's templates, by an environment that may have other problems. */
export function templatesOf(given: Env): ReturnType<typeof openTemplates> {
  const { env } = withFiles(given, [templatesSetting.templatesFile.name]);
  return openTemplates(readEnv(env, templatesSetting).values.templatesFile);
}
