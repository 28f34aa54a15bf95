import { checkContract } from "@countersign/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../../../../scripts/budget.ts";
import { readSql, startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import {
  type Distributions,
  distributionsIn,
  faultsOf,
  notYet,
  recordStatements,
  untold,
} from "../../../test-support/distribution.ts";
import { sandboxKeys } from "../../sandbox/account.ts";
import { sandboxAccount, startSandbox } from "../../sandbox/sandbox.ts";

let databases: TestDatabases;
let distributions: Distributions;
beforeAll(async () => {
  databases = await startDatabases();
  distributions = await distributionsIn(await databases.create("PostgreSQL"));
});
afterAll(() => databases.stop());

test("security 40: every unique index has the column by which its table is spread, but those of the README", async () => {
  const rows = await readSql(
    await databases.create("PostgreSQL"),
    `SELECT c.relname AS "table", n.relname AS "index",
       (SELECT string_agg(a.attname, ' ') FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)) AS columns
     FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS n ON n.oid = i.indexrelid
     WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace`,
  );
  expect(distributions.size).toBeGreaterThan(30);
  const without = rows.filter(({ table = "", columns = "" }) => {
    const { column } = distributions.get(table) ?? {};
    return column && !columns.split(" ").includes(column);
  });
  const told = notYet.filter(({ fault }) => fault === "unique index").map(({ beginning }) => beginning);
  expect(without.map(({ index }) => `UNIQUE INDEX ${index}`).sort()).toEqual(told.sort());
});

test.runIf(isWhole)("security 40: so could each statement that any operation of the document runs", async () => {
  const recorded = recordStatements();
  const sandbox = await startSandbox({ databaseUrl: await databases.create("PostgreSQL") });
  const server = `${sandbox.url}/`;
  await checkContract({ ...sandboxAccount, server, integrationKey: sandboxKeys.integrationKey });
  await sandbox.close();
  recorded.stop();
  expect(recorded.texts.size).toBeGreaterThan(300);
  expect(untold(recorded.texts, distributions)).toEqual([]);
});

test.each([
  ["SELECT 1 FROM services WHERE sid = $1 FOR UPDATE", []],
  ["SELECT 1 FROM services WHERE account_sid = $1 FOR UPDATE", ["locks rows of many"]],
  ["SELECT sid FROM attempts WHERE sid = $1 FOR KEY SHARE", ["locks rows of many"]],
  ["SELECT 1 FROM accounts AS a JOIN services AS s ON s.account_sid = a.sid", ["two distributions"]],
  ["SELECT sid FROM services UNION ALL SELECT sid FROM accounts", []],
  [
    "WITH gone AS (DELETE FROM factors WHERE service_sid = $1) DELETE FROM sprays WHERE account_sid = $2",
    ["two distributions"],
  ],
  ["SELECT pg_advisory_lock(1)", ["advisory lock"]],
  ["SELECT day FROM day_keys FOR UPDATE", []],
])("a statement that could not is found: %s", (text, faults) => {
  expect(faultsOf(text, distributions)).toEqual(faults);
});
