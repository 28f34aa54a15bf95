import type { Command, Option } from "commander";
import type { Config } from "../config.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createVault } from "../verifications/vault.ts";
import { jsonOption } from "./options.ts";
import { configOrThrow } from "./server-config.ts";
import { onOneLine, type Terminal } from "./terminal.ts";

/** What a command over a production server's database works with. */
export interface Database {
  store: Store;
  config: Config;
}

/** What a command's work is given: the database, and the values of its options by their names. */
// biome-ignore lint/suspicious/noExplicitAny: an option's value is what its parser makes of the word.
export type Given<Options extends object = any> = Database & { options: Options };

/**
 * Commands by their words: of each what it is for, what it does with its arguments to return what is printed, and its
 * options.
 */
export type DatabaseCommands = Record<
  string,
  [description: string, work: (given: Given, ...words: string[]) => Promise<object[]>, ...options: Option[]]
>;

/** Adds commands that work on a production server's database, and print a line for each thing that they return. */
export function addDatabaseCommands(terminal: Terminal, parent: Command, commands: DatabaseCommands): Command {
  for (const [usage, [description, work, ...options]] of Object.entries(commands)) {
    const command = parent.command(usage).description(description);
    for (const option of options) command.addOption(option);
    command.addOption(jsonOption("print JSON, a line each")).action(async () => {
      const given = command.opts();
      const rows = await onDatabase(terminal, (database) => work({ ...database, options: given }, ...command.args));
      printRows(terminal, rows, given);
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

/** `sid AC…  friendly_name Acme`, and nothing of what there is not. */
function textOf(row: object): string {
  return Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => onOneLine(`${name} ${value}`))
    .join("  ");
}
