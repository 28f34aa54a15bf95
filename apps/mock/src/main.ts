#!/usr/bin/env node
import { parseArgs } from "node:util";

const help = `Usage: countersign-mock [--port <number>] [--host <address>]

Answers every documented example of the Verify API.

  --port   the port to listen on (default: MOCK_PORT, else 4011)
  --host   the address to listen on (default: 127.0.0.1)
  --help   this text`;

await main();

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) return;
  // Loaded only now, so that help and a wrong flag answer at once.
  const { startMock } = await import("./index.ts");
  try {
    const mock = await startMock(options);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void mock.close());
    console.log(`Mock ready on ${mock.url}`);
  } catch (error) {
    fail(reasonOf(error, options.port), 1);
  }
}

function readOptions(): { port: number; host: string } | undefined {
  try {
    const { values } = parseArgs({
      options: { port: { type: "string" }, host: { type: "string" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(help);
      return undefined;
    }
    const { port = process.env.MOCK_PORT ?? "4011", host = "127.0.0.1" } = values;
    // Empty would be every address of this machine.
    if (host === "") throw new Error("--host is empty");
    return { port: portOf(port), host };
  } catch (error) {
    return fail(`${(error as Error).message.split(". ", 1)[0]}. See --help.`, 2);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`"${text}" is no port: a number from 0 to 65535 is`);
  return port;
}

function reasonOf(error: unknown, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `Port ${port} is taken. Choose another with --port.`;
  if (code === "MODULE_NOT_FOUND") return "The document is not built. Run: npm run build -w @countersign/spec";
  return message;
}

function fail(reason: string, exitCode: number): undefined {
  console.error(reason);
  process.exitCode = exitCode;
}
