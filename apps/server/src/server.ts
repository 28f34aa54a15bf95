import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { createAuthenticator } from "./adapters/authenticate.ts";
import { createCodeVault } from "./adapters/code-vault.ts";
import { bundledDocument, documentedErrors } from "./adapters/document.ts";
import { createApp } from "./http/app.ts";
import type { Dependencies } from "./operations/dependencies.ts";
import { createHandlers } from "./operations/index.ts";

export interface ServerOptions {
  /** By default a free one. */
  port?: number;
  /** The address to listen on. */
  host?: string;
  /** Where callers reach the service; by the request's own host when it is not given. */
  publicUrl?: string;
  logger?: Logger;
  /** What answers below `/docs/`, if anything. */
  docs?: RequestListener;
}

export interface Running {
  /** Where it answers, without a slash at the end. */
  url: string;
  port: number;
  /** Finishes the requests that are under way, then closes the store. */
  close(): Promise<void>;
}

/** Serves the operations over HTTP. */
export async function listen({
  dependencies,
  port = 0,
  host = "127.0.0.1",
  publicUrl,
  logger,
  docs,
}: ServerOptions & { dependencies: Omit<Dependencies, "sandbox"> & { sandbox?: SandboxParts } }): Promise<Running> {
  const document = bundledDocument();
  const { sandbox, store } = dependencies;
  const app = await createApp({
    document,
    handlers: createHandlers({
      ...dependencies,
      ...(sandbox && { sandbox: { ...sandbox, isDocumented: documentedErrors(document) } }),
    } as Dependencies),
    authenticate: createAuthenticator(store.accounts),
    sandbox: sandbox !== undefined,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(logger && { logger }),
    ...(docs && { intercept: below("/docs", docs) }),
  });
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    async close() {
      await app.close();
      await store.close();
    },
  };
}

type SandboxParts = Omit<NonNullable<Dependencies["sandbox"]>, "isDocumented">;

/** A vault under one secret. */
export function createVault(secret: string) {
  return createCodeVault([{ id: "1", secret }]);
}

/** Two letters and 32 random hexadecimal digits. */
export function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString("hex");
}

/** Hands requests below a path to another listener. */
function below(path: string, listener: RequestListener) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== path && !request.url?.startsWith(`${path}/`)) return false;
    listener(request, response);
    return true;
  };
}
