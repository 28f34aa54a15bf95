import { Command, Option } from "commander";
import { publicHttps } from "../events/sender.ts";
import { isAmong } from "../notifications/credentials.ts";
import { newSecrets } from "../seed/accounts.ts";
import type { Done } from "../seed/apply.ts";
import { createTemplates, openTemplates } from "../templates/catalogue.ts";
import { createVault } from "../verifications/vault.ts";
import { inColumns } from "./columns.ts";
import { type Database, onDatabase, printRows } from "./database-command.ts";
import { jsonOption } from "./options.ts";
import { templatesOrThrow } from "./server-config.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface SeedFlags {
  account?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `countersign seed`: a production server gets what a file has, all of it or nothing. */
export function seedCommand(terminal: Terminal): Command {
  return new Command("seed")
    .description("bring what a seed file has to a production server")
    .argument("[file]", "YAML or JSON; by default the one that COUNTERSIGN_SEED names")
    .addOption(
      new Option("--account <sid>", "whose its services are; the only account, if there is one").env(
        "COUNTERSIGN_ACCOUNT",
      ),
    )
    .option("--dry-run", "say what would come of it, and change nothing")
    .addOption(jsonOption("print JSON, a line each"))
    .addHelpText("after", "\nReads the same environment as serve. What is so already stays; nothing is deleted.")
    .action(async (named: string | undefined, flags: SeedFlags) => {
      const file = named ?? terminal.env.COUNTERSIGN_SEED;
      if (!file) throw new CommandError(file === "" ? "COUNTERSIGN_SEED is empty." : "Name a seed file.", "usage");
      const { done, shown } = await onDatabase(terminal, (database) => seedFrom(terminal, database, file, flags));
      if (done.length === 0) return terminal.note("All of it is there already.");
      printRows(terminal, done, flags, (rows) => inColumns(["RESULT", "WHAT", "SID", "NAME"], rows.map(cellsOf)));
      // A trial has made no secret that will hold.
      for (const secrets of flags.dryRun ? [] : shown)
        printRows(terminal, [secrets], flags, ([row]) => inColumns(["SHOWN ONCE", ""], Object.entries(row ?? {})));
    });
}

const cellsOf = ({ result, what, sid, name }: Done) => [result, what, sid, name];

async function seedFrom({ env }: Terminal, { store, config }: Database, file: string, flags: SeedFlags) {
  const [{ readSeed }, { applySeed }] = await Promise.all([import("../seed/file.ts"), import("../seed/seed.ts")]);
  const seed = readSeed(file);
  if ("problems" in seed) throw wrong(seed.problems);
  const accounts = await store.accounts.list();
  const accountSid = flags.account ?? (accounts.length === 1 ? accounts[0]?.sid : undefined);
  const ground = {
    ...{ store, accountSid, webhooks: publicHttps, guardPolicy: config.guard },
    templates: createTemplates(await templatesOrThrow(openTemplates(config.templatesFile))),
    pushes: { has: isAmong(config.pushCredentials) },
    outlets: { smsRoutes: () => config.channels.flatMap(({ sid }) => (sid === undefined ? [] : [{ sid }])) },
    secrets: { ...newSecrets, env, vault: createVault(config.secret, config.previousSecret) },
  };
  const seeded = await applySeed(seed, ground, flags.dryRun);
  if ("problems" in seeded) throw wrong(seeded.problems);
  return seeded;
}

function wrong(problems: string[]): CommandError {
  return new CommandError(problems.join("\n"), "configuration");
}
