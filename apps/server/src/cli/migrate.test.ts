import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { readMigrationState } from "../store/open-store.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("brings the tables up to date once, however many do it at the same time", async () => {
    const databaseUrl = await databases.createBare(kind);
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: randomBytes(32).toString("base64url") };
    const runs = await Promise.all([1, 2, 3].map(() => runCommand(["migrate"], { env })));
    expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, ""]));
    const { done, known } = await readMigrationState(databaseUrl);
    expect(done).toBe(known);
    expect((await runCommand(["migrate"], { env })).out).toBe(`Up to date, ${known} migrations.\n`);
  });
});

test("a wrong configuration ends with 78", async () => {
  expect((await runCommand(["migrate"])).code).toBe(78);
});
