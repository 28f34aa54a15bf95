import { checkContract } from "@countersign/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sandboxKeys } from "../src/sandbox/account.ts";
import { sandboxAccount, startSandbox } from "../src/sandbox/sandbox.ts";
import { observeTrail } from "../test-support/audited.ts";
import { runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

it("security 39: an operation that forgets the entry of what it changes is found by its name", async () => {
  const databaseUrl = await databases.create("SQLite");
  const { tracing, wrong } = observeTrail(databaseUrl);
  const sandbox = await startSandbox({ databaseUrl, tracing });
  await runSql(
    databaseUrl,
    `CREATE TRIGGER forget AFTER INSERT ON audit_entries WHEN new.resource_type = 'bucket'
     BEGIN DELETE FROM audit_entries WHERE sid = new.sid; END`,
  );
  const { integrationKey } = sandboxKeys;
  await checkContract({ ...sandboxAccount, server: sandbox.url, integrationKey, only: ["deleteBucket"] });
  await sandbox.close();
  expect(wrong()).toEqual(["createBucket 201: 0 entries", "deleteBucket 204: 0 entries"]);
});
