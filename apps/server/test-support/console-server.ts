import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { hashAfter, newCredential } from "../src/accounts/authenticate.ts";
import { readConsole } from "../src/console/settings.ts";
import type { Clock } from "../src/kernel/clock.ts";
import { newSid } from "../src/kernel/random.ts";
import { type ProductionServer, startProduction } from "./production.ts";

export type WithConsole = ProductionServer & { clock: Clock };

/** A production server with a console. @param env further settings of it, and `proxies` among them */
export async function startWithConsole({
  databaseUrl,
  clock = Date.now,
  proxies = "",
  env = {},
  pages,
  logger,
}: {
  databaseUrl: string;
  clock?: Clock;
  proxies?: string;
  env?: Record<string, string>;
  pages?: string;
  logger?: Logger;
}): Promise<WithConsole> {
  const settings = { COUNTERSIGN_CONSOLE_PORT: "0", COUNTERSIGN_CONSOLE_PROXIES: proxies, ...env };
  const { console, problems } = readConsole(settings);
  if (!console || problems.length > 0) throw new Error(problems.join("\n"));
  const secret = "a secret that is long enough, and nobody's";
  const server = await startProduction({
    databaseUrl,
    secret,
    clock,
    console: { ...console, ...(pages && { pages }) },
    ...(logger && { logger }),
  });
  return { ...server, clock };
}

type Scopes = Parameters<typeof newCredential>[1] extends infer More ? NonNullable<More> : never;

/** Makes a key of the server's account. */
export async function makeKey(
  { store, credentials: { accountSid }, clock }: WithConsole,
  scopes: NonNullable<Scopes["scopes"]>,
  more: Omit<Scopes, "scopes"> = {},
) {
  const by = { actor: "operator", address: null };
  const [sid, secret] = [newSid("SK"), randomBytes(16).toString("hex")];
  await store.accounts.addKey(newCredential({ accountSid, sid, secret, createdAt: clock() }, { scopes, ...more }), by);
  const rotate = (overlapSeconds: number) =>
    store.accounts.rotate({ accountSid, sid }, hashAfter("another secret"), overlapSeconds, clock(), by);
  return { sid, secret, rotate };
}
