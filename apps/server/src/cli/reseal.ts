import { Command } from "commander";
import { CommandError } from "./failure.ts";
import { startFailure } from "./serve.ts";
import { configOrThrow } from "./server-config.ts";
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
      const { changed, unreadable } = await reseal(terminal.env).catch((error: unknown) => {
        throw startFailure(error, 0);
      });
      terminal.print(`Sealed again: the keys of ${changed} application${changed === 1 ? "" : "s"}.`);
      if (unreadable === 0) return;
      throw new CommandError(`Keys that neither secret opens: ${unreadable}. They were left as they are.`);
    });
}

async function reseal(env: Terminal["env"]) {
  const { databaseUrl, secret, previousSecret } = configOrThrow(env);
  const [{ openStore }, { createVault }, { resealKeys }] = await Promise.all([
    import("../adapters/open-store.ts"),
    import("../server.ts"),
    import("../reseal.ts"),
  ]);
  const store = await openStore(databaseUrl, Date.now);
  try {
    return await resealKeys(store, createVault(secret, previousSecret));
  } finally {
    await store.close();
  }
}
