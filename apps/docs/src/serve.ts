import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { publishedUrl } from "./published-url.ts";

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
  const server = createServer(limits, createDocsListener(basePath));
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

/** How long a request under way has to end. */
const patienceMs = 500;

/**
 * What answers requests for the built site, for a server that has other things too.
 * @param basePath the path that the site stands under, with a slash at the end.
 * @throws Error when the site is not built.
 */
export function createDocsListener(basePath: string): RequestListener {
  const files = readSite(fileURLToPath(new URL("../dist/site", import.meta.url)));
  return ({ method, url = "/" }, response) => {
    if (method === "GET" || method === "HEAD") answer(response, files, basePath, url);
    else send(response, 405, plainText("Method not allowed"), { allow: "GET, HEAD" });
  };
}

interface File {
  body: string;
  type: string;
  policy: string;
}

const types: Record<string, string> = { html: "text/html; charset=utf-8", json: "application/json; charset=utf-8" };

/** Every file by its path. A request is answered from here alone, so none reaches a file outside the site. */
function readSite(directory: string): Map<string, File> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => {
      const body = readFileSync(path, "utf8");
      const type = types[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain; charset=utf-8";
      return [path.slice(directory.length + 1).replaceAll(sep, "/"), { body, type, policy: policyOf(body, type) }];
    }),
  );
}

/** A page says its policy itself; as a header it also keeps the page out of frames. */
function policyOf(body: string, type: string): string {
  const stated = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(type === types.html ? body : "")?.[1];
  return `${stated ?? "default-src 'none'"}; frame-ancestors 'none'`;
}

function answer(response: ServerResponse, files: Map<string, File>, basePath: string, url: string): void {
  const path = url.split(/[?#]/)[0] ?? "/";
  const name = path.startsWith(basePath) ? path.slice(basePath.length) : undefined;
  const file =
    name === undefined ? undefined : files.get(name === "" || name.endsWith("/") ? `${name}index.html` : name);
  if (file) send(response, 200, file);
  else if (files.has(`${name}/index.html`)) send(response, 301, plainText("Moved"), { location: `${path}/` });
  else send(response, 404, notFound(files, basePath));
}

/** Its link leads to the published site, since it may be shown at any depth. Here the way back is known. */
function notFound(files: Map<string, File>, basePath: string): File {
  const page = files.get("404.html") ?? plainText("Not found");
  return { ...page, body: page.body.replaceAll(publishedUrl, basePath) };
}

function send(response: ServerResponse, status: number, file: File, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    "content-type": file.type,
    "content-length": Buffer.byteLength(file.body),
    "content-security-policy": file.policy,
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
    ...headers,
  });
  // Node leaves the body out of an answer to HEAD.
  response.end(file.body);
}

function plainText(body: string): File {
  return { body: `${body}\n`, type: "text/plain; charset=utf-8", policy: policyOf("", "") };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string" } } });
  const given = values.port ?? process.env.DOCS_PORT ?? "4012";
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${given} is not a port`);
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
