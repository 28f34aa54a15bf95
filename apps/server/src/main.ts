#!/usr/bin/env node
import { parseArgs } from "node:util";
import { pino } from "pino";
import { accounts } from "./cli/accounts.ts";
import { applications } from "./cli/applications.ts";
import { keys } from "./cli/keys.ts";
import { readConfig } from "./config.ts";

const usage = `countersign: an open verification service

  countersign sandbox [--port 4010] [--db sqlite:./file.db]   a sandbox: nothing is sent, tests have powers
  countersign serve [--port 4010]                             a production server
  countersign accounts create <name> | list | rotate <sid>    who may call a production server
  countersign accounts keys create <account sid> | list <account sid> | revoke <account sid> <key sid>
  countersign accounts applications create <account sid> <service sid>   and more: clients of v1

A production server reads COUNTERSIGN_DATABASE_URL (sqlite:./file.db or postgres://…), COUNTERSIGN_SECRET (32 characters
or more), and if they are set COUNTERSIGN_PUBLIC_URL, COUNTERSIGN_LIFETIME_SECONDS, COUNTERSIGN_HOST and PORT.`;

const options = {
  port: { type: "string" },
  db: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command = "", ...rest] = positionals;
  if (values.help || command === "help") console.log(usage);
  else await run(command, rest, values);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function run(command: string, rest: string[], values: { port?: string; db?: string }): Promise<void> {
  switch (command) {
    case "sandbox": {
      const { startSandbox } = await import("./sandbox.ts");
      const port = portOf(values.port ?? process.env.PORT ?? "4010");
      const sandbox = await startSandbox({ port, ...(values.db !== undefined && { databaseUrl: values.db }) });
      console.log(`Sandbox: ${sandbox.url}`);
      return stopOnSignal(sandbox);
    }
    case "serve": {
      const { startServer } = await import("./serve.ts");
      const config = configOrThrow(values.port === undefined ? {} : { PORT: values.port });
      return stopOnSignal(await startServer(config, pino()));
    }
    case "accounts":
      if (rest[0] === "keys") return print(await keys(rest.slice(1), configOrThrow({})));
      if (rest[0] === "applications") return print(await applications(rest.slice(1), configOrThrow({})));
      return accounts(rest, configOrThrow({}));
    default:
      throw new Error(`${command ? `There is no command ${command}.` : "A command is missing."}\n\n${usage}`);
  }
}

function print(lines: object[]): void {
  for (const line of lines) console.log(JSON.stringify(line));
}

function configOrThrow(overrides: Record<string, string>) {
  const result = readConfig({ ...process.env, ...overrides });
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.config;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${text} is not a port.`);
  return port;
}

/** Finishes what is under way, then ends. A second signal ends at once. */
function stopOnSignal(running: { close(): Promise<void> }): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void running.close().then(() => process.exit(0));
    });
  }
}
