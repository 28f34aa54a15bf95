import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DatabaseKind,
  databaseKinds,
  readSql,
  runSql,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { openStore } from "./open-store.ts";
import { tables } from "./tables.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("every table and column of the database is declared, and all that is declared is there", async () => {
    const url = await migrated(kind);
    expect(await catalogueOf(url, kind)).toEqual(declared(kind));
  });

  test("a table that nobody declared is found", async () => {
    const url = await migrated(kind);
    await runSql(url, "CREATE TABLE planted (service_sid text, sid text)");
    expect(await catalogueOf(url, kind)).not.toEqual(declared(kind));
  });

  test("a reset empties every table but those that say why not", async () => {
    const kept = tables.filter(({ survivesReset }) => survivesReset).map(({ name }) => name);
    expect(kept).toEqual(["day_keys", "accounts", "credentials", "integration_keys", "signing_secrets"]);
  });
});

test("every table that has something of people says how one of them is erased", () => {
  const ofPeople = tables.filter(({ columns }) =>
    /recipient|value_hash|payload|"sealed"|identity|"entity_sid"/.test(JSON.stringify(columns)),
  );
  expect(ofPeople.map(({ name }) => name)).toEqual(expect.arrayContaining(["verifications", "webhook_deliveries"]));
  const silent = ofPeople.filter(({ person, name }) => "none" in person && name !== "day_keys");
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("every table that names an entity goes with it", () => {
  const naming = tables.filter(({ columns }) => JSON.stringify(columns).includes('"entity_sid"'));
  const within = tables.filter((table) => table.within === "entity" && table.owner === "service");
  expect(naming.map(({ name }) => name)).toEqual(within.map(({ name }) => name));
});

async function migrated(kind: DatabaseKind): Promise<string> {
  const url = await databases.create(kind);
  await (await openStore(url, Date.now)).close();
  return url;
}

/** Columns by table, without the list of migrations, which is PostgreSQL's way to count them. */
async function catalogueOf(url: string, kind: DatabaseKind): Promise<Record<string, string[]>> {
  const rows = await readSql(
    url,
    kind === "SQLite"
      ? `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table'`
      : `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'migrations'`,
  );
  const catalogue: Record<string, string[]> = {};
  for (const { table = "", column = "" } of rows) catalogue[table] = [...(catalogue[table] ?? []), column].sort();
  return catalogue;
}

function declared(kind: DatabaseKind): Record<string, string[]> {
  const columnsOf = (columns: (typeof tables)[number]["columns"]) =>
    "sqlite" in columns ? columns[kind === "SQLite" ? "sqlite" : "postgres"] : columns;
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columnsOf(columns).toSorted()]));
}
