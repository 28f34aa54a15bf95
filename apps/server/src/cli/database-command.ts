import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Store } from "../store/store.ts";
import { startFailure } from "./serve.ts";
import { configOrThrow } from "./server-config.ts";
import type { Terminal } from "./terminal.ts";

/** What a command does with its arguments. @returns what to print */
export type Run = (words: string[], config: Config) => Promise<object[]>;

/** Runs a command of somebody who has the server's configuration, and prints what it returns. */
export async function perform(terminal: Terminal, command: Command, run: Run): Promise<void> {
  const rows = await withConfig(terminal, (config) => run(command.args, config));
  const isJson = (command.opts() as { json?: boolean }).json;
  for (const row of rows) terminal.print(isJson ? JSON.stringify(row) : textOf(row));
  if (rows.length === 0 && !isJson) terminal.note("None.");
}

/** @throws CommandError with every problem of the configuration, or why its database cannot be used. */
export async function withConfig<T>({ env }: Terminal, work: (config: Config) => Promise<T>): Promise<T> {
  const config = configOrThrow(env);
  return work(config).catch((error: unknown) => {
    throw startFailure(error, 0);
  });
}

/** Opens a production server's database for as long as the work takes, beside the server or without it. */
export async function withStore<T>(
  { databaseUrl }: Pick<Config, "databaseUrl">,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { openStore } = await import("../store/open-store.ts");
  const store = await openStore(databaseUrl, Date.now);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** `sid AC…  friendly_name Acme` */
function textOf(row: object): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join("  ");
}
