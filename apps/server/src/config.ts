/** What the environment says. Read once, at the start. */
export interface Config {
  databaseUrl: string;
  secret: string;
  /** Where callers reach the service; by the request's own host when it is not set. */
  publicUrl: string | undefined;
  lifetimeSeconds: number;
  port: number;
  host: string;
}

const prefix = "COUNTERSIGN_";
const names = ["DATABASE_URL", "SECRET", "PUBLIC_URL", "LIFETIME_SECONDS", "HOST"].map((name) => prefix + name);
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
  const publicUrl = env.COUNTERSIGN_PUBLIC_URL;
  const lifetimeSeconds = Number(env.COUNTERSIGN_LIFETIME_SECONDS ?? 600);
  const port = Number(env.PORT ?? 4010);
  const problems = [
    ...Object.keys(env)
      .filter((name) => name.startsWith(prefix) && !names.includes(name) && !ofCallers.includes(name))
      .map((name) => `${name} is no setting; there are ${names.join(", ")}.`),
    ...(/^(sqlite:.+|postgres(ql)?:\/\/.+)/.test(databaseUrl)
      ? []
      : ["COUNTERSIGN_DATABASE_URL must be sqlite:./file.db or postgres://…"]),
    ...(secret.length >= secretLengthMin
      ? []
      : [`COUNTERSIGN_SECRET must have ${secretLengthMin} characters or more, as from: openssl rand -base64 32`]),
    ...(publicUrl === undefined || isBaseUrl(publicUrl)
      ? []
      : ["COUNTERSIGN_PUBLIC_URL must be http(s)://host or http(s)://host/path."]),
    ...(Number.isInteger(lifetimeSeconds) && lifetimeSeconds >= 120 && lifetimeSeconds <= 86_400
      ? []
      : ["COUNTERSIGN_LIFETIME_SECONDS must be a whole number from 120 to 86400."]),
    ...(Number.isInteger(port) && port >= 0 && port <= 65_535 ? [] : ["PORT must be a port number."]),
  ];
  if (problems.length > 0) return { problems };
  return {
    config: { databaseUrl, secret, publicUrl, lifetimeSeconds, port, host: env.COUNTERSIGN_HOST ?? "0.0.0.0" },
  };
}

/** Other addresses are made from it by going on where it ends. */
function isBaseUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text);
}
