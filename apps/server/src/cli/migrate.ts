import { Command } from "commander";
import { openStore, readMigrationState } from "../store/open-store.ts";
import { startFailure } from "./serve.ts";
import { usableConfigOrThrow } from "./server-config.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign migrate` */
export function migrateCommand(terminal: Terminal): Command {
  return new Command("migrate")
    .description("bring the tables of a production server up to date")
    .addHelpText(
      "after",
      `
Reads the same environment as serve, which does the same when it starts. All of it is one transaction under a lock, so
that it happens once, however many processes start; the others wait.`,
    )
    .action(async () => {
      const { databaseUrl } = await usableConfigOrThrow(terminal.env);
      const before = await readMigrationState(databaseUrl);
      try {
        const store = await openStore(databaseUrl, Date.now);
        await store.close();
      } catch (error) {
        throw startFailure(error, 0);
      }
      const ran = before.known - (before.done ?? 0);
      terminal.print(
        ran === 0 ? `Up to date, ${before.known} migrations.` : `Up to date, ${ran} of ${before.known} migrations ran.`,
      );
    });
}
