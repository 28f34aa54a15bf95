import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { problemsOfServing, readConfig, templatesOf } from "../config.ts";
import type { ChannelUrl } from "../delivery/channel-urls.ts";
import { openProvider } from "../delivery/providers/open-provider.ts";
import { aheadMsMax } from "../operator/readiness.ts";
import { readMigrationState } from "../store/open-store.ts";
import {
  examineAuthServers,
  examineFailures,
  examinePushes,
  examineRoutes,
  examineSafeLists,
  examineWebhook,
  type Finding,
} from "./examine.ts";
import { examineTemplates } from "./examine-templates.ts";
import { jsonOption } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign doctor` */
export function doctorCommand(terminal: Terminal): Command {
  return new Command("doctor")
    .description(
      "look whether a production server would run: its configuration, its templates, its database, its channels, its pushes, its webhook",
    )
    .addHelpText(
      "after",
      "\nReads the same environment as serve, and changes nothing. Ends with 78 for a wrong configuration, and with 1 for\nany other problem.",
    )
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine(terminal.env);
      if (json) terminal.print(JSON.stringify(findings, null, 2));
      else for (const finding of findings) terminal.print(lineOf(terminal, finding));
      const problems = findings.filter(({ state }) => state === "problem");
      const isConfiguration = problems.some(({ what }) => what === "configuration");
      const count = problems.length === 1 ? "One problem." : `${problems.length} problems.`;
      if (problems.length > 0) throw new CommandError(count, isConfiguration ? "configuration" : "failure");
    });
}

const marks = { ok: ["green", "✓"], warning: ["yellow", "!"], problem: ["red", "✗"] } as const;

function lineOf({ paint }: Terminal, { what, state, detail }: Finding): string {
  const [colour, mark] = marks[state];
  return `${paint(colour, mark)} ${what.padEnd(14)} ${detail}`;
}

async function examine(env: Record<string, string | undefined>): Promise<Finding[]> {
  const read = readConfig(env);
  const what = "configuration";
  const { templates, problems: ofTemplates } = await templatesOf(env);
  const problems = [...("problems" in read ? read.problems : []), ...problemsOfServing(env), ...ofTemplates];
  if ("problems" in read || problems.length > 0) {
    return problems.map((detail) => ({ what, state: "problem", detail }));
  }
  const { databaseUrl, channels, pushCredentials, eventWebhook } = read.config;
  const ofDatabase = await examineDatabase(databaseUrl);
  // To look farther would make the tables.
  const isUpToDate = ofDatabase.some((finding) => finding.what === "tables" && finding.state === "ok");
  return [
    { what, state: "ok", detail: "complete" },
    ...ofDatabase,
    ...(await examineChannels(channels)),
    ...(isUpToDate ? await examineRoutes(databaseUrl, channels) : []),
    ...(await examinePushes(pushCredentials, isUpToDate ? databaseUrl : undefined)),
    ...(await examineWebhook(eventWebhook)),
    ...(isUpToDate ? await examineAuthServers(databaseUrl, read.config.authServers, channels) : []),
    ...(await examineTemplates(templates, isUpToDate ? databaseUrl : undefined)),
    ...(isUpToDate ? await examineSafeLists(databaseUrl, read.config.guard) : []),
    ...(isUpToDate ? await examineFailures(databaseUrl) : []),
  ];
}

/** Looks whether a server could work on a database, and changes nothing. @param url as `openStore` takes it */
export async function examineDatabase(url: string): Promise<Finding[]> {
  const isSqlite = url.startsWith("sqlite:");
  const name = isSqlite ? "SQLite" : "PostgreSQL";
  try {
    if (isSqlite) checkFile(url.slice("sqlite:".length));
    const { isPooled, aheadMs, ...state } = await readMigrationState(url);
    const detail = `${name} can be reached${isPooled ? ", through a pooler" : ""}`;
    const ofLog = isSqlite ? logFindings(url.slice("sqlite:".length)) : [];
    const ofClock = aheadMs === undefined ? [] : [clockFinding(aheadMs)];
    return [{ what: "database", state: "ok", detail }, ...ofClock, ...ofLog, tablesFinding(state)];
  } catch (error) {
    // A message could repeat the address, which has a password in it.
    const { code, message } = error as NodeJS.ErrnoException;
    // The database's own words say more than its codes.
    const word = "severity" in (error as Error) ? undefined : code;
    const reason = word ?? (message.includes(url) ? "it cannot be opened" : message);
    return [{ what: "database", state: "problem", detail: `${name} cannot be reached: ${reason}` }];
  }
}

const logBytesMax = 128 * 1024 * 1024;

/** The log of writes begins anew at some ten MB. */
function logFindings(path: string): Finding[] {
  const log = `${resolve(path)}-wal`;
  const bytes = existsSync(log) ? statSync(log).size : 0;
  if (bytes < logBytesMax) return [];
  const size = `${Math.round(bytes / 1024 / 1024)} MB`;
  return [{ what: "database", state: "warning", detail: `its log of writes has ${size}: it is not moved to the file` }];
}

function clockFinding(aheadMs: number): Finding {
  const [off, way] = [Math.abs(aheadMs), aheadMs > 0 ? "ahead of" : "behind"];
  const state = off > aheadMsMax ? "problem" : off > 2_000 ? "warning" : "ok";
  return { what: "clock", state, detail: `this machine's is ${(off / 1000).toFixed(1)} s ${way} the database's` };
}

/** @throws when the file could not be read, or made, and written. */
function checkFile(path: string): void {
  if (path === ":memory:") return;
  const file = resolve(path);
  accessSync(existsSync(file) ? file : dirname(file), constants.R_OK | constants.W_OK);
}

function tablesFinding({
  done,
  known,
  mayMigrate = true,
  mayTruncate = true,
  lacking = [],
}: Awaited<ReturnType<typeof readMigrationState>>): Finding {
  const what = "tables";
  const waiting = done === undefined ? "there are none yet" : `${known - done} migrations wait`;
  if (done !== undefined && done > known) {
    return { what, state: "problem", detail: "they belong to a newer version of the server" };
  }
  if (done !== known && !mayMigrate) {
    const detail = `${waiting}, and this role may not run them; run countersign migrate with one that may`;
    return { what, state: "problem", detail };
  }
  if (lacking.length > 0) {
    const detail = `this role may not read and write ${lacking.join(", ")}; run countersign migrate --for with its name`;
    return { what, state: "problem", detail };
  }
  if (done === undefined) return { what, state: "warning", detail: `${waiting}; serve makes them` };
  if (done < known) return { what, state: "warning", detail: `${waiting}; serve runs them` };
  if (!mayTruncate) {
    const detail =
      "this role may not truncate day_keys, so keys that are erased stay in its file; run countersign migrate --for";
    return { what, state: "warning", detail };
  }
  return {
    what,
    state: "ok",
    detail: `up to date, ${done} migrations${mayMigrate ? "" : "; this role may not change them"}`,
  };
}

/** Asks every provider whether it answers and accepts the credentials. No message is sent. */
async function examineChannels(channels: readonly ChannelUrl[]): Promise<Finding[]> {
  if (channels.length === 0) {
    const detail =
      "none is set up, so every start is refused, with 60217 or 60223; see COUNTERSIGN_SMS_URL and the like";
    return [{ what: "channels", state: "warning", detail }];
  }
  return Promise.all(channels.map(examineOne));
}

async function examineOne({ channel, url, prefixes, sid }: ChannelUrl): Promise<Finding> {
  const what = "channels";
  const provider = await openProvider(url, channel);
  const whom = sid === undefined ? "" : ` on route ${sid}`;
  const name = `${channel} by ${provider.name}${prefixes.length > 0 ? ` for ${prefixes.join(", ")}` : ""}${whom}`;
  try {
    await provider.probe();
    return { what, state: "ok", detail: `${name}: it answers` };
  } catch (error) {
    return { what, state: "problem", detail: `${name}: ${(error as Error).message}` };
  } finally {
    await provider.close();
  }
}
