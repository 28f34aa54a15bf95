import { afterAll, beforeAll, describe } from "vitest";
import { type SandboxOptions, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf } from "./api.ts";
import { type DatabaseKind, databaseKinds, startDatabases, type TestDatabases } from "./databases.ts";
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

type Tests = (sandbox: UsedSandbox, newDatabase: () => Promise<string>) => void;

/** Makes what has the same tests on each of these, each with a sandbox. They can have further databases made. */
export const describeOn =
  (kinds: readonly DatabaseKind[]) =>
  (tests: Tests, options: () => SandboxOptions = () => ({})) => {
    let databases: TestDatabases;
    beforeAll(async () => {
      databases = await startDatabases();
    });
    afterAll(() => databases.stop());
    describe.each(kinds)("on %s", (kind) => {
      const newDatabase = () => databases.create(kind);
      tests(
        useSandbox(async () => ({ ...options(), databaseUrl: await newDatabase() })),
        newDatabase,
      );
    });
  };

export const describeOnDatabases = describeOn(databaseKinds);
