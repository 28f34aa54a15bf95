import { realpathSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createDocsListener } from "./listener.ts";

export interface DocsOptions {
  /** By default a free one. */
  port?: number;
  /** The path to serve the site under, as a host that gives it no domain of its own does. */
  basePath?: string;
}

export interface Docs {
  /** Where the site begins, with a slash at the end. */
  url: string;
  /** Answers what is under way, and ends within half a second, open connections included. */
  close(): Promise<void>;
}

/**
 * Serves the built site on this machine alone.
 * @throws Error when the site is not built; Error with `code` `EADDRINUSE` when the port is taken.
 */
export async function startDocs({ port = 0, basePath = "/" }: DocsOptions = {}): Promise<Docs> {
  const limits = { headersTimeout: 20_000, requestTimeout: 20_000, connectionsCheckingInterval: 1_000 };
  const server = createServer(limits, createDocsListener(basePath, site));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        setTimeout(() => server.closeAllConnections(), patienceMs).unref();
      }),
  };
}

/** Where the build leaves it. */
const site = fileURLToPath(new URL("../dist/site", import.meta.url));
/** How long a request under way has to end. */
const patienceMs = 500;

const help = `Usage: node apps/docs/dist/serve.js [--port <number>]

Serves the documentation on this machine.

  --port   the port to listen on (default: DOCS_PORT, else 4012)
  --help   this text`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) return console.log(help);
  const given = values.port ?? process.env.DOCS_PORT ?? "4012";
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) throw new Error(`"${given}" is no port: a number from 0 to 65535 is.`);
  const docs = await startDocs({ port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${port} is taken. Choose another with --port or DOCS_PORT.`);
  });
  console.log(`Documentation: ${docs.url}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
