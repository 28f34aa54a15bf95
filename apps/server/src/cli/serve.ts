import { Command } from "commander";
import { CommandError } from "./failure.ts";
import { portOption } from "./options.ts";
import { untilStopped } from "./running.ts";
import { configOrThrow } from "./server-config.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign serve` */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run a production server")
    .addOption(portOption())
    .addHelpText(
      "after",
      `
Reads COUNTERSIGN_DATABASE_URL (sqlite:./file.db or postgres://…), COUNTERSIGN_SECRET (32 characters or more), and if
they are set COUNTERSIGN_PUBLIC_URL, COUNTERSIGN_LIFETIME_SECONDS, COUNTERSIGN_HOST and PORT. Logs JSON, a line each.`,
    )
    .action(async ({ port }: { port: number }) => {
      const config = configOrThrow({ ...terminal.env, PORT: String(port) });
      const [{ startServer }, { pino }] = await Promise.all([import("../serve.ts"), import("pino")]);
      try {
        await untilStopped(terminal, await startServer(config, pino()));
      } catch (error) {
        throw startFailure(error, port);
      }
    });
}

/** Why a server does not start, in one line. */
export function startFailure(error: unknown, port: number): Error {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return new CommandError(`Port ${port} is taken. Choose another with --port.`);
  if (code === "EACCES")
    return new CommandError(`Port ${port} may not be used by this user. Choose another with --port.`);
  if (name === "StoreUnavailableError") return new CommandError(`The database cannot be used: ${message}`);
  return error as Error;
}
