import cluster from "node:cluster";
import { Command } from "commander";
import { countOf, portOption } from "./options.ts";
import { usableConfigOrThrow } from "./server-config.ts";
import { CommandError, type Terminal, untilStopped } from "./terminal.ts";

/** `countersign serve` */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run a production server")
    .addOption(portOption())
    .option("--workers <number>", "how many processes share the port", countOf, 1)
    .addHelpText(
      "after",
      `
Reads COUNTERSIGN_DATABASE_URL (sqlite:./file.db or postgres://…), COUNTERSIGN_SECRET (32 characters or more), and if
they are set COUNTERSIGN_PUBLIC_URL, COUNTERSIGN_LIFETIME_SECONDS, COUNTERSIGN_HOST, COUNTERSIGN_SECRET_PREVIOUS,
COUNTERSIGN_METRICS_PORT, COUNTERSIGN_METRICS_HOST and PORT. Limits on sends are COUNTERSIGN_LIMIT_RECIPIENT,
COUNTERSIGN_LIMIT_ACCOUNT, COUNTERSIGN_LIMIT_CLIENT, COUNTERSIGN_PUMPING_GUARD, COUNTERSIGN_SAFE_LIST and
COUNTERSIGN_COUNTRIES; the operator's guide tells what holds without them. Channels are COUNTERSIGN_SMS_URL,
COUNTERSIGN_CALL_URL, COUNTERSIGN_EMAIL_URL and COUNTERSIGN_WHATSAPP_URL: one URL each, or several in the order of
fail-over. Logs JSON, a line each.`,
    )
    .action(async ({ port, workers }: { port: number; workers: number }) => {
      const config = await usableConfigOrThrow({ ...terminal.env, PORT: String(port) });
      if (workers > 1 && cluster.isPrimary) {
        if (/^sqlite:(:memory:)?$/.test(config.databaseUrl)) {
          throw new CommandError("--workers needs a database that they share; one in memory is not.", "usage");
        }
        const { runWorkers } = await import("./workers.ts");
        return await runWorkers(terminal, workers, config);
      }
      const [{ startServer }, { pino }] = await Promise.all([import("../serve.ts"), import("pino")]);
      await untilStopped(terminal, await startServer(config, pino()));
    });
}
