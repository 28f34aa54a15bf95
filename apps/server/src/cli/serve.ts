import cluster from "node:cluster";
import { Command } from "commander";
import { problemsOfServing } from "../config.ts";
import { countOf, portOption } from "./options.ts";
import { usableConfigOrThrow } from "./server-config.ts";
import { CommandError, type Terminal, untilStopped } from "./terminal.ts";
import { answerPrimary, runWorkers } from "./workers.ts";

/** `countersign serve` */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run a production server")
    .addOption(portOption())
    .option("--workers <number>", "how many processes share the port", countOf, 1)
    .addHelpText(
      "after",
      `
Reads COUNTERSIGN_DATABASE_URL (sqlite:./file.db or postgres://…), COUNTERSIGN_SECRET (32 characters or more),
COUNTERSIGN_PUBLIC_URL (where callers reach it, as https://verify.example.com), and if they are set
COUNTERSIGN_LIFETIME_SECONDS, COUNTERSIGN_HOST, COUNTERSIGN_SECRET_PREVIOUS, COUNTERSIGN_CORS_ORIGINS,
COUNTERSIGN_GROWING_CODES, COUNTERSIGN_METRICS_PORT, COUNTERSIGN_METRICS_HOST and PORT. With COUNTERSIGN_CONSOLE_PORT the
console is at a port of its own, as COUNTERSIGN_CONSOLE_HOST, COUNTERSIGN_CONSOLE_URL and COUNTERSIGN_CONSOLE_PROXIES say;
COUNTERSIGN_CONSOLE_PROXY_HEADER, COUNTERSIGN_CONSOLE_PROXY_SECRET, COUNTERSIGN_CONSOLE_PROXY_ACCOUNT and
COUNTERSIGN_CONSOLE_PROXY_PEOPLE let a proxy sign people in. Limits on sends are COUNTERSIGN_LIMIT_RECIPIENT,
COUNTERSIGN_LIMIT_ACCOUNT, COUNTERSIGN_LIMIT_CLIENT, COUNTERSIGN_PUMPING_GUARD, COUNTERSIGN_GUARD, COUNTERSIGN_SAFE_LIST,
COUNTERSIGN_SAFE_NUMBERS, COUNTERSIGN_COUNTRIES and COUNTERSIGN_HIGH_COST; the operator's guide tells what holds without them. Channels are
COUNTERSIGN_SMS_URL, COUNTERSIGN_CALL_URL, COUNTERSIGN_EMAIL_URL and COUNTERSIGN_WHATSAPP_URL: one URL each, or several in
the order of fail-over; starts may have e-mails come from COUNTERSIGN_EMAIL_SENDERS. COUNTERSIGN_SMS_ROUTES has the routes that
services send SMS to countries by, each URL with MG…= before it; COUNTERSIGN_PUSH_FCM and COUNTERSIGN_PUSH_APN have the
credentials for pushes, each a file with CR…= before it. COUNTERSIGN_WEBHOOK_URL, with COUNTERSIGN_WEBHOOK_SECRET,
hears what becomes of verifications and messages; COUNTERSIGN_WEBHOOK_PRIVATE=on lets it be at a private address,
COUNTERSIGN_WEBHOOK_SCHEMA says how that is written. COUNTERSIGN_TEMPLATES names a file of how messages
may read. COUNTERSIGN_SUPABASE_SERVICE and COUNTERSIGN_SUPABASE_SECRET, COUNTERSIGN_LOGTO_SERVICE and
COUNTERSIGN_LOGTO_AUTHORIZATION, COUNTERSIGN_KRATOS_SERVICE and COUNTERSIGN_KRATOS_AUTHORIZATION have those auth servers
have their codes sent. Logs JSON, a line each.`,
    )
    .action(async ({ port, workers }: { port: number; workers: number }) => {
      const signal = terminal.stopping();
      const env = { ...terminal.env, PORT: String(port) };
      const config = await usableConfigOrThrow(env, problemsOfServing(env));
      if (workers > 1 && cluster.isPrimary) {
        if (/^sqlite:(:memory:)?$/.test(config.databaseUrl)) {
          throw new CommandError("--workers needs a database that they share; one in memory is not.", "usage");
        }
        return await runWorkers({ signal }, workers, config, (await import("pino")).pino());
      }
      if (cluster.isWorker) answerPrimary();
      const [{ startServer }, { pino }] = await Promise.all([import("../serve.ts"), import("pino")]);
      await untilStopped(terminal, await startServer(config, pino(), closing));
    });
}

/** A load balancer asks every second or so whether to send more. */
const closing = { lingerMs: 1_000, waitMs: 5_500 };
