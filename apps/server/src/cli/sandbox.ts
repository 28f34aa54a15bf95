import { createSecureContext } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { Command, Option } from "commander";
import { databaseUrl, publicAddress, templatesOf } from "../config.ts";
import { readEnv } from "../kernel/setting.ts";
import { readText } from "../kernel/text-file.ts";
import { sandboxAccount, sandboxApiKey, sandboxServiceSid } from "../sandbox/account.ts";
import type { RunningSandbox } from "../sandbox/sandbox.ts";
import { jsonOption, portOption, wordOf } from "./options.ts";
import { templatesOrThrow } from "./server-config.ts";
import { CommandError, type Terminal, untilStopped } from "./terminal.ts";

interface SandboxFlags {
  port: number;
  host: string;
  db: string;
  tlsCert?: string;
  tlsKey?: string;
  growingCodes?: "on" | "off";
  seed?: string;
  json?: boolean;
}

/** `countersign sandbox` */
export function sandboxCommand(terminal: Terminal): Command {
  return new Command("sandbox")
    .description("run a sandbox: nothing is sent, an inbox keeps the codes, the clock can be moved")
    .addOption(portOption())
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .addOption(
      new Option("--db <url>", "where it keeps what it knows: sqlite:./file.db or postgres://…")
        .default("sqlite::memory:", "in memory")
        .argParser(wordOf(databaseUrl, "It is sqlite:./file.db or postgres://…")),
    )
    .option("--tls-cert <file>", "a certificate, to speak HTTPS with; PEM")
    .option("--tls-key <file>", "its private key; PEM")
    .addOption(
      new Option(
        "--growing-codes <on|off>",
        "codes get longer after wrong ones: fixed ones too, or none; else all others",
      )
        .choices(["on", "off"])
        .env("COUNTERSIGN_GROWING_CODES"),
    )
    .addOption(new Option("--seed <file>", "what it begins with, and has again after a reset").env("COUNTERSIGN_SEED"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAddresses in answers are under COUNTERSIGN_PUBLIC_URL, if it is set, else under the host of the request. A request" +
        "\nnames as its host an address, localhost, a name without a dot, or that of COUNTERSIGN_PUBLIC_URL or of the certificate." +
        "\nCOUNTERSIGN_TEMPLATES names a file of templates, as on a production server.",
    )
    .action(async (flags: SandboxFlags) => {
      const { port, host, db, seed } = flags;
      const { values, problems } = readEnv(terminal.env, publicAddress);
      if (problems.length > 0) throw new CommandError(problems.join("\n"), "configuration");
      const templates = await templatesOrThrow(templatesOf(terminal.env));
      const tls = readTls(flags);
      // It stands beside the tests on a small machine, where V8 would let garbage lie until it has doubled the memory.
      setFlagsFromString("--heap-growing-percent=50");
      setFlagsFromString("--semi-space-growth-factor=1");
      const { startSandbox } = await import("../sandbox/sandbox.ts");
      const growingCodes = flags.growingCodes && flags.growingCodes === "on";
      const given = { port, host, databaseUrl: db, tls, growingCodes, templates, seed, ...values };
      // From here on there is something to close.
      terminal.stopping();
      const sandbox = await startSandbox(given).catch((error: Error) => {
        throw error.name === "SeedError" ? new CommandError(error.message, "configuration") : error;
      });
      announce(terminal, sandbox, flags);
      await untilStopped(terminal, sandbox);
    });
}

function announce(terminal: Terminal, { url, pagesUrl }: RunningSandbox, { json }: SandboxFlags): void {
  const { accountSid, authToken } = sandboxAccount;
  const { apiKey, apiSecret } = sandboxApiKey;
  const docsUrl = `${pagesUrl}/docs/`;
  if (json) {
    const account = { account_sid: accountSid, auth_token: authToken, api_key: apiKey, api_secret: apiSecret };
    const pages = { pages_url: pagesUrl, docs_url: docsUrl };
    terminal.print(JSON.stringify({ url, ...pages, ...account, service_sid: sandboxServiceSid }));
    return;
  }
  terminal.print(`Console: ${pagesUrl}`);
  terminal.print(`Docs:    ${docsUrl}`);
  terminal.print(`API:     ${url}`);
  terminal.print(`Account ${accountSid}, token ${authToken}, service ${sandboxServiceSid}, v1 key sandbox`);
  terminal.print(`API key ${apiKey}, secret ${apiSecret}`);
}

function readTls({ tlsCert, tlsKey }: SandboxFlags): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new CommandError("--tls-cert and --tls-key belong together.", "usage");
  }
  const tls = { cert: read(tlsCert), key: read(tlsKey) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new CommandError(`${tlsCert} and ${tlsKey} are no certificate and its key: ${(error as Error).message}`);
  }
  return tls;
}

function read(path: string): string {
  const file = readText(path);
  if ("why" in file) throw new CommandError(`${path} cannot be read: ${file.why}`);
  return file.text;
}
