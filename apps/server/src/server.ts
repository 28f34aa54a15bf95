import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { createAuthenticator } from "./adapters/authenticate.ts";
import { createCodeVault } from "./adapters/code-vault.ts";
import { bundledDocument, documentedErrors } from "./adapters/document.ts";
import { newKey } from "./adapters/new-key.ts";
import { createWebhookSender } from "./adapters/webhook-sender.ts";
import { createApp } from "./http/app.ts";
import type { Tls } from "./http/http-server.ts";
import { createApiKeyAuthenticator } from "./http/v1-api-key.ts";
import { createIntegrationAuthenticator, createSignatureAuthenticator } from "./operations/dashboard-authentication.ts";
import type { Dependencies } from "./operations/dependencies.ts";
import { createHandlers } from "./operations/index.ts";
import { createV1DashboardHandlers } from "./operations/v1-dashboard-handlers.ts";
import { createV1PhoneHandlers } from "./operations/v1-phone-handlers.ts";
import { createSweeper } from "./sweeper.ts";
import { startWebhookWorker } from "./webhooks.ts";

export interface ServerOptions {
  /** By default a free one. */
  port?: number;
  /** The address to listen on. */
  host?: string;
  /** Where callers reach the service; by the request's own host when it is not given. */
  publicUrl?: string;
  logger?: Logger;
  /** With which it speaks HTTPS, and HTTP without. */
  tls?: Tls;
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
  dependencies: parts,
  port = 0,
  host = "127.0.0.1",
  publicUrl,
  logger,
  tls,
  docs,
}: ServerOptions & { dependencies: Parts }): Promise<Running> {
  const document = bundledDocument();
  const { sandbox, store, clock } = parts;
  const sweeper = createSweeper({ store, clock, ...(logger && { log: logger }) });
  const dependencies = {
    ...parts,
    newKey,
    ...(sandbox && { sandbox: { ...sandbox, sweep: sweeper.run, isDocumented: documentedErrors(document) } }),
  } as Dependencies;
  const app = createApp({
    document,
    handlers: createHandlers(dependencies),
    v1: {
      handlers: { ...createV1PhoneHandlers(dependencies), ...createV1DashboardHandlers(dependencies) },
      authenticate: {
        apiKey: createApiKeyAuthenticator(store.applications.byApiKey),
        signature: createSignatureAuthenticator(dependencies),
        integrationKey: createIntegrationAuthenticator(dependencies),
      },
    },
    authenticate: createAuthenticator(store.accounts),
    sandbox: sandbox !== undefined,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(logger && { logger }),
    ...(docs && { intercept: below("/docs", docs) }),
    ...(tls && { tls }),
  });
  await app.listen({ port, host });
  sweeper.start();
  const webhooks = startWebhookWorker({
    ...dependencies,
    send: createWebhookSender({ isSandbox: sandbox !== undefined }),
    pollMs: sandbox ? 100 : 1_000,
    ...(logger && { log: logger }),
  });
  const address = app.server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    async close() {
      await app.close();
      await webhooks.stop();
      await sweeper.stop();
      await store.close();
    },
  };
}

/** What a server is made of. */
type Parts = Omit<Dependencies, "sandbox" | "newKey"> & { sandbox?: SandboxParts };
type SandboxParts = Omit<NonNullable<Dependencies["sandbox"]>, "isDocumented" | "sweep">;

/** A vault under one secret. */
export function createVault(secret: string) {
  return createCodeVault([{ id: "1", secret }]);
}

/** Hands requests below a path to another listener. */
function below(path: string, listener: RequestListener) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== path && !request.url?.startsWith(`${path}/`)) return false;
    listener(request, response);
    return true;
  };
}
