import type { Command } from "commander";
import type { Config } from "../config.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createVault } from "../verifications/vault.ts";
import { jsonOption } from "./options.ts";
import { configOrThrow } from "./server-config.ts";
import type { Terminal } from "./terminal.ts";

/** What a command over a production server's database works with. */
export interface Database {
  store: Store;
  config: Config;
}

/** Commands by their words: of each what it is for, and what it does with its arguments to return what is printed. */
export type DatabaseCommands = Record<
  string,
  [description: string, work: (database: Database, ...words: string[]) => Promise<object[]>]
>;

/** Adds commands that work on a production server's database, and print a line for each thing that they return. */
export function addDatabaseCommands(terminal: Terminal, parent: Command, commands: DatabaseCommands): Command {
  for (const [usage, [description, work]] of Object.entries(commands)) {
    const command = parent.command(usage).description(description).addOption(jsonOption("print JSON, a line each"));
    command.action(async () => {
      const rows = await onDatabase(terminal, (database) => work(database, ...command.args));
      printRows(terminal, rows, command.opts());
    });
  }
  return parent;
}

/**
 * Opens the database of the server whose configuration the environment has for as long as the work takes, beside the
 * server or without it.
 * @throws CommandError with every problem of the configuration; StoreUnavailableError
 */
export async function onDatabase<T>({ env }: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  const config = configOrThrow(env);
  const vault = createVault(config.secret, config.previousSecret);
  const store = await openStore(config.databaseUrl, undefined, { wrapping: vault });
  try {
    return await work({ store, config });
  } finally {
    await store.close();
  }
}

export function printRows<Row extends object>(
  { print, note }: Terminal,
  rows: Row[],
  { json }: { json?: boolean },
  textsOf: (rows: Row[]) => string[] = (all) => all.map(textOf),
): void {
  for (const line of json ? rows.map((row) => JSON.stringify(row)) : textsOf(rows)) print(line);
  if (rows.length === 0 && !json) note("None.");
}

/** `sid AC…  friendly_name Acme` */
function textOf(row: object): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join("  ");
}
