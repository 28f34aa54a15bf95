import type { AddressInfo } from "node:net";
import { headerNamesOf, type OpenApiDocument } from "@countersign/document";
import { bundledDocument, copyForPrism } from "./document.ts";
import { createErrors } from "./errors.ts";
import { createPrism } from "./prism.ts";
import { createRouter, routeOf } from "./routes.ts";
import { createMockServer } from "./server.ts";

export interface MockOptions {
  /** The bundled OpenAPI document; by default this project's own. It is not altered. */
  document?: OpenApiDocument;
  /** By default a free one. */
  port?: number;
  /** The address to listen on; by default this machine alone can call. */
  host?: string;
}

export interface Mock {
  /** Where it answers, without a slash at the end. */
  url: string;
  port: number;
  /** Answers what is under way, and ends within half a second, open connections included. */
  close(): Promise<void>;
}

/**
 * Starts a mock server that answers every documented example of the API.
 * @throws {Error} with `code` `EADDRINUSE` when the port is taken, and when the document lacks an error that the mock needs.
 */
export async function startMock({ document, port = 0, host = "127.0.0.1" }: MockOptions = {}): Promise<Mock> {
  const parts = await (document ? read(document) : readOwn());
  const server = createMockServer(parts, parts.documentedUrl);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${reachable(host)}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        setTimeout(() => server.closeAllConnections(), patienceMs).unref();
      }),
  };
}

let own: ReturnType<typeof read> | undefined;

/** The project's own, read once for all mocks of a process, since that is nearly all of a start. */
function readOwn() {
  own ??= bundledDocument().then(read);
  return own;
}

async function read(document: OpenApiDocument) {
  const prism = await createPrism(copyForPrism(document));
  const routes = prism.operations.map(routeOf);
  return {
    prism,
    router: createRouter(routes),
    headerNames: [
      "accept",
      "authorization",
      "content-type",
      "prefer",
      ...new Set(routes.flatMap((route) => route.headers)),
    ],
    exposed: headerNamesOf(document).join(", "),
    errors: createErrors(document, routes),
    documentedUrl: document.servers[0]?.url,
  };
}

/** How long a request under way has to end. */
const patienceMs = 500;

/** The host for a URL: "all addresses" is none that a client could call. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
