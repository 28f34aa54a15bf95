import { setTimeout } from "node:timers/promises";
import { Command, Option } from "commander";
import { publicHttps } from "../events/sender.ts";
import type { Read } from "../seed/remote.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { loadReader, type SeedFile, writeSeed } from "./export.ts";
import { serverOf } from "./found-server.ts";
import { jsonOption, wordOf } from "./options.ts";
import { silenceOf } from "./silence.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface ImportFlags extends SeedFile {
  from: string;
}

const address = wordOf({ must: "", read: serverOf }, "It is an address as https://verify.twilio.com.");

/** `countersign import`: writes what the hosted service has of an account as a seed file. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("write what the hosted service has of an account as a seed file")
    .addOption(new Option("--from <url>", "where its API is").default("https://verify.twilio.com").argParser(address))
    .option("--out <file>", "where to; to standard output without it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nReads TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET. It reads alone: nothing there is changed.",
    )
    .action(async (flags: ImportFlags) => {
      const [{ readServer }, { fitting }] = await loadReader();
      const unread: string[] = [];
      const read = await readServer(await askerOf(terminal, flags.from, unread), false);
      read.notes.push(...unread);
      await writeSeed(terminal, flags, withAdvice(await fitting(withoutOwn(read), { webhooks: publicHttps })));
    });
}

/** Calls patiently: the hosted service bounds how often it is called. @param unread gets what may not be read there */
async function askerOf({ env, progress }: Terminal, from: string, unread: string[]) {
  const { createClient, VerifyError } = await import("@countersign/client");
  const sleep = async (delayMs: number, signal: AbortSignal) => {
    progress(`${from} is called too often. Waits ${Math.ceil(delayMs / 1000)} s.`);
    await setTimeout(delayMs, undefined, { signal });
    progress("");
  };
  const client = createClient({
    ...credentialsIn(env),
    baseUrl: from,
    fetch: boundedFetch,
    timeoutMs: 600_000,
    retry: { attempts: 8, maxDelayMs: waitSecondsMax * 1000, sleep },
  });
  return async (path: string, owners: Record<string, string>, query: Record<string, string>) => {
    const call = client.GET(path as "/v2/Services", { params: { path: owners, query } } as object);
    const { data, error, response } = await call.catch(async (cause: Error) => {
      throw new CommandError(`${from} cannot be read: ${(await silenceOf(from, cause)).reason}`);
    });
    if (response.ok) return data as object as Record<string, unknown>;
    const { code, message, retryAfterMs = 0 } = new VerifyError({ error: error ?? { message: "" }, response });
    const answer = `${response.status}${code === undefined ? "" : ` ${code}: ${message}`}`;
    if ([429, 503].includes(response.status) && retryAfterMs > waitSecondsMax * 1000) {
      const seconds = Math.ceil(retryAfterMs / 1000);
      throw new CommandError(
        `${from} answers ${answer}, and asks to wait ${seconds} seconds; an import waits ${waitSecondsMax} at most. Start it again then.`,
      );
    }
    // The account has no such things there, or somebody has just deleted their service.
    if (path === "/v2/Services" || ![403, 404].includes(response.status))
      throw new CommandError(`${from} answers ${answer}`);
    const shown = path.replace(/\{(\w+)\}/g, (_, name: string) => owners[name] ?? "");
    unread.push(`${shown} cannot be read: ${answer}.`);
    return undefined;
  };
}

/** How long it waits for its next call where it is told to. */
const waitSecondsMax = 60;

function credentialsIn(env: Terminal["env"]) {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = env;
  const { TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret } = env;
  if (apiKey && apiSecret) return { apiKey, apiSecret };
  if (accountSid && authToken) return { accountSid, authToken };
  throw new CommandError(
    "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET.",
    "usage",
  );
}

/** What names something that only the hosted service has. */
const own: Record<string, string> = {
  "Push.ApnCredentialSid": "the credential itself cannot be read; set one up by COUNTERSIGN_PUSH_APN, and name it here",
  "Push.FcmCredentialSid": "the credential itself cannot be read; set one up by COUNTERSIGN_PUSH_FCM, and name it here",
  DefaultTemplateSid: "the template is the hosted service's; write one of your own into templates, and name it here",
};

function withoutOwn({ seed, notes }: Read): Read {
  const services = (seed.services as Record<string, unknown>[]).map((service) => {
    const kept = Object.entries(service).filter(([name]) => !(name in own));
    for (const [name, why] of Object.entries(own))
      if (service[name] !== undefined) notes.push(`services ${service.Sid} ${name} ${service[name]}: ${why}.`);
    return Object.fromEntries(kept);
  });
  return { seed: { ...seed, services }, notes };
}

/** What the file names and a production server has to have. */
function withAdvice({ seed, notes }: Read): Read {
  const services = seed.services as { messaging_configurations?: { MessagingServiceSid: string }[] }[];
  const routes = new Set(
    services.flatMap((each) => each.messaging_configurations ?? []).map((each) => each.MessagingServiceSid),
  );
  if (routes.size === 0) return { seed, notes };
  return {
    seed,
    notes: [...notes, `Senders of messaging services: COUNTERSIGN_SMS_ROUTES has to have ${[...routes].join(", ")}.`],
  };
}
