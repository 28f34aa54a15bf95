import { type AddressInfo, connect, createServer } from "node:net";
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

test("a connection that is ended in the very moment at which it is given to whoever waited ends no process", async () => {
  const direct = new URL(await databases.create("PostgreSQL"));
  let isEnding = false;
  const server = createServer((socket) => {
    const backend = connect(Number(direct.port), direct.hostname);
    for (const each of [socket, backend]) each.on("error", () => {});
    socket.pipe(backend);
    backend.on("end", () => socket.end());
    backend.on("data", (chunk) => {
      if (isEnding) socket.end(Buffer.concat([chunk, endedByAdministrator]));
      else socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = Object.assign(new URL(direct), { hostname: "127.0.0.1", port: String(port) });
  const opened = await openDatabase(url.href);
  const sleep = () => opened.sql.read("SELECT pg_sleep(0.2)");
  // As many as there are connections, so that the transaction waits for one of theirs.
  await Promise.all([sleep(), sleep(), sleep()]);
  const reading = [sleep(), sleep(), sleep()];
  const waiting = opened.sql.transact(function* () {
    yield added("h");
  });
  isEnding = true;
  await Promise.allSettled([...reading, waiting]);
  isEnding = false;
  expect(await opened.sql.read("SELECT 1")).toEqual([[1]]);
  await opened.close();
  server.close();
});

/** What PostgreSQL tells a connection that it is about to end. */
const endedByAdministrator = (() => {
  const fields = ["SFATAL", "VFATAL", "C57P01", "Mterminating connection due to administrator command", ""];
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const head = Buffer.alloc(5, "E");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
})();
