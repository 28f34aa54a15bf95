import { Command } from "commander";
import type { Config } from "../config.ts";
import { withConfig, withStore } from "./database-command.ts";
import { CommandError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign reseal` */
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
      const { changed, unreadable } = await withConfig(terminal, reseal);
      terminal.print(`Sealed again: the keys of ${changed} application${changed === 1 ? "" : "s"}.`);
      if (unreadable === 0) return;
      throw new CommandError(`Keys that neither secret opens: ${unreadable}. They were left as they are.`);
    });
}

async function reseal(config: Config) {
  const [{ createVault }, { resealKeys }] = await Promise.all([import("../server.ts"), import("../v1/reseal.ts")]);
  return withStore(config, (store) => resealKeys(store, createVault(config.secret, config.previousSecret)));
}
