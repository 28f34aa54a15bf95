import { afterAll, beforeAll, expect, test } from "vitest";
import { startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import { ending } from "../../sql/text.ts";
import { type Database, openDatabase } from "./database.ts";

let databases: TestDatabases;
let database: Database;

beforeAll(async () => {
  databases = await startDatabases();
  database = await openDatabase(await databases.create("PostgreSQL"));
});

afterAll(async () => {
  await database.close();
  await databases.stop();
});

const added = (name: string) => ({
  text: "INSERT INTO provider_states (account_sid, name) VALUES ('', $1)",
  values: [name],
});
const broken = { text: "INSERT INTO provider_states (account_sid, name) VALUES ('', NULL)", values: [] };
const names = async () => (await database.sql.read("SELECT name FROM provider_states ORDER BY name")).flat();

test("what a transaction's last statement writes is there once it resolves, with all that was written before", async () => {
  await database.sql.transact(function* () {
    yield added("a");
    yield* ending([added("b"), added("c")]);
  });
  await database.byKey(function* () {
    yield* ending([added("d")]);
  });
  expect(await names()).toEqual(["a", "b", "c", "d"]);
});

test("a transaction whose last statement fails is undone whole, and those after it are not touched", async () => {
  const failing = database.sql.transact(function* () {
    yield added("e");
    yield* ending([broken]);
  });
  await expect(failing).rejects.toThrow(/null value/);
  await database.sql.transact(function* () {
    yield added("f");
  });
  expect(await names()).toEqual(["a", "b", "c", "d", "f"]);
});

test("work of many steps can still be undone after one of them had its last statement", async () => {
  const undone = database.alone(async (sql) => {
    await sql.transact(function* () {
      yield* ending([added("g")]);
    });
    throw new Error("no");
  });
  await expect(undone).rejects.toThrow("no");
  expect(await names()).not.toContain("g");
});
