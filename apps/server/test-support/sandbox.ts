import { afterAll, beforeAll, describe } from "vitest";
import { type SandboxOptions, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf } from "./api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "./databases.ts";
import { v1ApiOf } from "./v1-api.ts";

export type UsedSandbox = ReturnType<typeof useSandbox>;

/** A sandbox that is there for the tests of a file, or of a `describe`, and their hooks. */
export function useSandbox(optionsOf: () => Promise<SandboxOptions> | SandboxOptions = () => ({})) {
  let running: Running;
  let options: SandboxOptions;
  beforeAll(async () => {
    options = await optionsOf();
    running = await startSandbox(options);
  });
  afterAll(() => running.close());
  const url = () => running.url;
  return {
    api: apiOf(url),
    v1: v1ApiOf(url),
    get url() {
      return url();
    },
    get operatorPort() {
      return running.operatorPort;
    },
    get databaseUrl() {
      return options.databaseUrl ?? "";
    },
  };
}

/** The same tests on each kind of database, each with a sandbox. They can have further databases made. */
export function describeOnDatabases(
  tests: (sandbox: UsedSandbox, newDatabase: () => Promise<string>) => void,
  options: () => SandboxOptions = () => ({}),
) {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await startDatabases();
  });
  afterAll(() => databases.stop());
  describe.each(databaseKinds)("on %s", (kind) => {
    const newDatabase = () => databases.create(kind);
    tests(
      useSandbox(async () => ({ ...options(), databaseUrl: await newDatabase() })),
      newDatabase,
    );
  });
}
