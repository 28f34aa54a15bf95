import type { Answer } from "../http/answers.ts";
import { authorOf, type Dialect, hasHungUp, type Incoming, type Route } from "../http/pipeline.ts";
import type { Clock } from "../kernel/clock.ts";
import { accepted, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import type { AuthServer, AuthServerSetting, CodeToDeliver } from "./auth-server.ts";
import { authServers } from "./auth-servers.ts";
import { deliverCode } from "./deliver.ts";
import { faultOf, notNow, toldOf } from "./words.ts";

interface Reception extends Route {
  server: AuthServer;
  setting: AuthServerSetting;
}

interface Parts {
  /** The real time, by which signatures are judged. */
  signingClock: Clock;
  /** After how many milliseconds it is answered that nothing was sent; four seconds where nothing is said. */
  answerMs?: number;
  /** The refusal that a number asks for, in the sandbox. */
  refusalOfStart?: ((to: string) => { ok: false; refusal: Refusal } | undefined) | undefined;
}

/** Supabase tells the whole user, with all that it knows of him. */
const bytesMax = 64 * 1024;

/**
 * The addresses that auth servers call when a code is to be delivered. What is said there is each server's own: so it stands
 * in no document of this service, and each is answered in its own way.
 */
export function createAuthServerDialect(
  settings: readonly AuthServerSetting[],
  parts: StartParts & Parts,
): Dialect<Reception, AuthServerSetting, number> {
  const operations = settings.map((setting): Reception => {
    const server = authServers[setting.name];
    return {
      operationId: `deliverFor${server.name.replace(/^./, (letter) => letter.toUpperCase())}`,
      method: "POST",
      path: `/auth-servers/${server.name}`,
      isProvenByBody: true,
      bytesMax,
      server,
      setting,
      async handler(request) {
        const { wanted, ...delivering } = request as Bound;
        const forced = parts.refusalOfStart?.(wanted.to);
        const deliver = (isLate: () => boolean) => {
          const hasHungUp = () => isLate() || delivering.hasHungUp();
          return deliverCode(parts, setting, wanted, { ...delivering, hasHungUp });
        };
        return forced ?? inTime(deliver, parts.answerMs);
      },
    };
  });
  return {
    operations,
    tooLarge: { code: 20413 },
    unavailable: { code: 20503 },
    heedsStrangers: false,
    async authenticate({ server, setting }, { raw }, body) {
      const isProven = server.proves(setting.secrets, { headers: raw.headers, body, now: parts.signingClock() });
      return isProven ? accepted(setting) : refused(20003);
    },
    preferred: () => undefined,
    bind: ({ server }, incoming, _caller, body) => bind(server, incoming, body),
    write: ({ server }) => server.done,
    refuse: ({ server }, refusal) => refusalOf(server, refusal),
    faultOf,
    fail: ({ server }) => server.refuse(notNow),
    refuseRoute: ({ isKnown }) => ({
      status: isKnown ? 405 : 404,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: isKnown ? "Auth servers post here." : "No auth server of that name is set up here.",
    }),
  };
}

/** Refuses what takes longer than auth servers wait, of which Supabase's five seconds are the fewest. What is late is not sent. */
async function inTime(
  deliver: (isLate: () => boolean) => Promise<Outcome<unknown>>,
  ms = 4000,
): Promise<Outcome<unknown>> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome<unknown>>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(refused(20503));
    }, ms);
  });
  const delivered = deliver(() => isLate);
  try {
    return await Promise.race([delivered, late]);
  } finally {
    clearTimeout(timer);
    // Nobody hears any more what came of it.
    delivered.catch(() => undefined);
  }
}

interface Bound {
  wanted: CodeToDeliver;
  by: ReturnType<typeof authorOf>;
  hasHungUp: () => boolean;
}

function bind(server: AuthServer, incoming: Incoming, body: Buffer): Outcome<object, number> {
  const { raw } = incoming;
  const read = server.read(parsed(body), raw.headers);
  if (!read.ok) return read;
  incoming.given = { To: read.value.to };
  return accepted({
    wanted: read.value,
    by: authorOf(raw, server.name),
    hasHungUp: () => hasHungUp(raw),
  } satisfies Bound);
}

/** Undefined for what is no JSON, in which nothing is found then. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function refusalOf(server: AuthServer, refusal: Refusal): Answer | undefined {
  const told = toldOf(refusal);
  return told && server.refuse(told);
}
