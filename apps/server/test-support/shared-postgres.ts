import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { startPostgres, type TestPostgres } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a test file asks for the URL of the run's PostgreSQL. */
    sharedPostgres: string;
  }
}

/**
 * Run around all test files: one PostgreSQL for those that only need databases in it, since a start takes longer than
 * most tests. It starts when the first of them asks.
 */
export default async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  let started: Promise<TestPostgres> | undefined;
  const server = createServer(async (_, response) => {
    // Several files at once have several servers each.
    started ??= startPostgres({ fsync: false, connectionsMax: 300 });
    await started.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  provide("sharedPostgres", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await started)?.stop();
  };
}
