import { Command } from "commander";
import { grantServing, openStore, readMigrationState } from "../store/open-store.ts";
import { resealKeys } from "../v1/reseal.ts";
import { createVault } from "../verifications/vault.ts";
import { onDatabase } from "./database-command.ts";
import { usableConfigOrThrow } from "./server-config.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign migrate`: for a new version. */
export function migrateCommand(terminal: Terminal): Command {
  return new Command("migrate")
    .description("bring the tables of a production server up to date")
    .option("--for <role>", "the role of PostgreSQL that is to serve: it may read and write rows, and change no table")
    .addHelpText(
      "after",
      `
Reads the same environment as serve, which does the same when it starts. All of it is one transaction under a lock, so
that it happens once, however many processes start; the others wait.`,
    )
    .action(async ({ for: role }: { for?: string }) => {
      const { databaseUrl, secret, previousSecret } = await usableConfigOrThrow(terminal.env);
      const { done = 0, known } = await readMigrationState(databaseUrl);
      const wrapping = createVault(secret, previousSecret);
      const store = await openStore(databaseUrl, undefined, { wrapping });
      await store.close();
      if (role !== undefined && databaseUrl.startsWith("sqlite:"))
        throw new CommandError("SQLite has no roles.", "usage");
      if (role !== undefined) await grantServing(databaseUrl, role);
      const ran = known - done;
      terminal.print(`Up to date, ${ran === 0 ? `${known} migrations` : `${ran} of ${known} migrations ran`}.`);
    });
}

/** `countersign reseal`: for a new secret. */
export function resealCommand(terminal: Terminal): Command {
  return new Command("reseal")
    .description("seal signing keys under the new secret, so that the previous one can go")
    .addHelpText(
      "after",
      `
Reads the same environment as serve. Run it once every server has both secrets, COUNTERSIGN_SECRET and
COUNTERSIGN_SECRET_PREVIOUS; it works beside them, and as often as one likes.`,
    )
    .action(async () => {
      const { changed, unreadable } = await onDatabase(terminal, ({ store, config }) =>
        resealKeys(store, createVault(config.secret, config.previousSecret)),
      );
      terminal.print(`Sealed again: the keys of ${changed} application${changed === 1 ? "" : "s"}.`);
      if (unreadable === 0) return;
      throw new CommandError(`Keys that neither secret opens: ${unreadable}. They were left as they are.`);
    });
}
