import { Command } from "commander";
import type { Config } from "../config.ts";
import { openRoutes } from "../delivery/channel-urls.ts";
import { type Outlet, outletsOf, testMessage } from "../delivery/outlets.ts";
import { everybody } from "../delivery/provider-states.ts";
import { newSid } from "../kernel/random.ts";
import { parseRecipient, type SendingChannel } from "../kernel/recipient.ts";
import { openPushWay } from "../notifications/sender.ts";
import { operator } from "../sql/resources.ts";
import { addDatabaseCommands, type Database } from "./database-command.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign providers`: what messages go out by. What it pauses is paused for all accounts. */
export function providersCommand(terminal: Terminal): Command {
  const command = new Command("providers")
    .description("see how providers are, pause one for all accounts, and send a test message")
    .addHelpText("after", "\nReads the same environment as serve. A name with blanks stands in quotes.");
  return addDatabaseCommands(terminal, command, {
    list: ["list the providers, and what was last heard of each", list],
    "pause <name>": ["have running servers pass a provider over, from the next second on", pause],
    "resume <name>": ["have it get messages again", resume],
    "test <name> <to>": ["hand one message to that provider alone, which says that it is a test", test],
  });
}

async function list({ store, config }: Database) {
  const states = await store.providers.list(everybody);
  return onOutlets(config, async (outlets) =>
    outlets.map(({ name, channels, prefixes }) => {
      const state = states.find((each) => each.name === name);
      const isoOrNull = (at: number | null | undefined) => (at ? new Date(at).toISOString() : null);
      return {
        name,
        channels,
        prefixes,
        paused: state?.pausedAt !== undefined && state.pausedAt !== null,
        last_error: state?.lastError ?? null,
        date_last_success: isoOrNull(state?.succeededAt),
        date_last_failure: isoOrNull(state?.failedAt),
      };
    }),
  );
}

const pause = (database: Database, name: string) => setPaused(database, name, true);
const resume = (database: Database, name: string) => setPaused(database, name, false);

async function setPaused({ store, config }: Database, name: string, isPaused: boolean) {
  await onOutlet(config, name, async () => undefined);
  await store.providers.pause({ accountSid: everybody, name }, isPaused, store.clock(), operator);
  return [{ name, paused: isPaused }];
}

/** By its first channel that reaches the recipient. */
async function test({ store, config }: Database, name: string, to: string) {
  const tried = await onOutlet(config, name, async (outlet) => {
    const fitting = outlet.channels.find((channel) => channel !== "push" && parseRecipient(to, channel).ok);
    const recipient = fitting && parseRecipient(to, fitting as SendingChannel);
    if (!recipient?.ok) throw new CommandError(`${name} reaches no ${to}.`);
    const wanted = { accountSid: everybody, attemptSid: newSid("VL"), channel: fitting as SendingChannel };
    return outlet.deliver(...testMessage({ ...wanted, to: recipient.value.value }, store.clock()));
  });
  const errorCode = "errorCode" in tried ? tried.errorCode : null;
  return [{ provider: name, status: tried.status, error_code: errorCode }];
}

function onOutlet<T>(config: Config, name: string, work: (outlet: Outlet) => Promise<T>): Promise<T> {
  return onOutlets(config, async (outlets) => {
    const outlet = outlets.find((each) => each.name === name);
    const names = outlets.map((each) => `"${each.name}"`).join(", ");
    if (!outlet) throw new CommandError(`There is no provider "${name}"; there are ${names || "none"}.`);
    return work(outlet);
  });
}

async function onOutlets<T>(config: Config, work: (outlets: readonly Outlet[]) => Promise<T>): Promise<T> {
  const routes = await openRoutes(config.channels);
  const pushes = await openPushWay(config.pushCredentials);
  try {
    return await work([...outletsOf(routes).list(), ...pushes.outlets]);
  } finally {
    pushes.close?.();
    const all = new Set([...routes.values()].flat().map(({ provider }) => provider));
    await Promise.allSettled([...all].map((provider) => provider.close()));
  }
}
