import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { openStore } from "../src/store/open-store.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where a test file asks for the URL of a database in the run's PostgreSQL that has all tables, to be copied. */
    sharedPostgres: string;
  }
}

/**
 * Run around all test files: one PostgreSQL for those that only need databases in it, since a start takes longer than
 * most tests. It starts when the first of them asks.
 */
export default async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => Promise<void>> {
  let started: ReturnType<typeof startWithTemplate> | undefined;
  const server = createServer(async (_, response) => {
    started ??= startWithTemplate();
    await started.then(
      ({ template }) => response.end(template),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  provide("sharedPostgres", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await started)?.postgres.stop();
  };
}

/** To make the tables once and copy them takes half as long as to make them for each. */
async function startWithTemplate(): Promise<{ postgres: TestPostgres; template: string }> {
  // Several files at once have several servers each.
  const postgres = await startPostgres({ fsync: false, connectionsMax: 300 });
  const template = await postgres.createDatabase();
  await (await openStore(template, Date.now)).close();
  return { postgres, template };
}
