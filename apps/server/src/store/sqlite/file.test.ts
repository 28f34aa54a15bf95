import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Libsql from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { ada, check, look, rightCode, start, started } from "../../../test-support/store-commands.ts";
import { newSubject } from "../../../test-support/store-subject.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { readMigrations } from "../migrations.ts";
import { connect } from "./connection.ts";
import { migrate, openDatabase } from "./database.ts";
import { openSqliteStore } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-file-"));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

it("a file that somebody has analysed while it held little is asked by its indexes", async () => {
  const path = newPath();
  const store = await openSqliteStore({ path, clock: Date.now });
  await store.close();
  const other = new Libsql(path);
  other.exec(
    "INSERT INTO known_recipients (account_sid, recipient_hash, approved_at) VALUES ('AC1', 'a hash', 1); ANALYZE",
  );
  other.close();
  const database = openDatabase(path, 1_000);
  const known = `EXPLAIN QUERY PLAN SELECT k.approved_at FROM json_each(?) AS named CROSS JOIN known_recipients AS k
    WHERE k.account_sid = ? AND k.recipient_hash = named.value`;
  const values = ['["a hash"]', "AC1"];
  for (const rows of [await database.sql.read(known, values), database.writer.prepare(known).query(values).rows]) {
    expect(String(rows)).toContain("SEARCH k ");
  }
  await database.close();
});

describe("a file that another process writes to", () => {
  it("is waited for, and the command is answered after that", async () => {
    await withFile(async ({ subject, path }) => {
      const other = new Libsql(path);
      other.exec("BEGIN IMMEDIATE");
      let isAnswered = false;
      const answer = start(subject, ada).finally(() => {
        isAnswered = true;
      });
      expect(await subject.store.services.fetch(subject.accountSid, subject.serviceSid)).toBeDefined();
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
      expect(isAnswered).toBe(false);

      other.exec("COMMIT");
      expect(await answer).toMatchObject({ ok: true });
      other.close();
    });
  });

  it("is waited for also where it is new, and two processes open it at once", async () => {
    const path = newPath();
    writeFileSync(path, "");
    const flags = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(
      `const { flags, path, module } = require("node:worker_threads").workerData;
       const db = new (require(module))(path);
       db.exec("BEGIN IMMEDIATE");
       Atomics.store(flags, 0, 1);
       Atomics.notify(flags, 0);
       Atomics.wait(flags, 0, 1, 100);
       db.exec("COMMIT");
       db.close();`,
      { eval: true, workerData: { flags, path, module: createRequire(import.meta.url).resolve("libsql") } },
    );
    Atomics.wait(flags, 0, 0, 5_000);
    const store = await openSqliteStore({ path, clock: Date.now });
    await store.close();
    await other.terminate();
  });

  it("is unavailable after the time-out, nothing is changed, and the next command succeeds", async () => {
    await withFile(async ({ subject, path }) => {
      const other = new Libsql(path);
      other.exec("BEGIN IMMEDIATE");
      await expect(start(subject, ada)).rejects.toBeInstanceOf(StoreUnavailableError);
      other.exec("ROLLBACK");
      other.close();

      expect((await look(subject, { recipient: ada })).current).toBeUndefined();
      expect(await start(subject, ada)).toMatchObject({ ok: true });
    });
  });
});

describe("a file that is no database of ours", () => {
  it("is unavailable if it cannot be opened or read", async () => {
    const text = newPath();
    writeFileSync(text, "This is no database. ".repeat(100));
    for (const path of [text, folder, join(folder, "missing", "file.db")]) {
      await expect(openSqliteStore({ path, clock: Date.now })).rejects.toBeInstanceOf(StoreUnavailableError);
    }
  });

  it("is refused if a newer version of the server has changed it", async () => {
    const path = newPath();
    const db = new Libsql(path);
    db.exec("PRAGMA user_version = 9999");
    db.close();

    await expect(openSqliteStore({ path, clock: Date.now })).rejects.toThrow("newer version");
  });
});

describe("migrations", () => {
  const migration = (sql: string, index: number) => ({ name: `${index}.sql`, sql });

  it("run once, in order, and those that are new run on a file that has the older ones", () => {
    const path = newPath();
    const migrations = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)"].map(migration);
    for (const count of [1, 1, 3, 3]) {
      const db = connect(path);
      migrate(db, migrations.slice(0, count));
      db.close();
    }
    expect(rowsOf(path, "SELECT x FROM a ORDER BY x")).toEqual([[1], [2]]);
  });

  it("leave the same tables, and no row in them, in every new file that a process makes", () => {
    const migrations = readMigrations("sqlite");
    const [first, further] = [newPath(), newPath()].map((path) => {
      const db = connect(path);
      migrate(db, migrations);
      db.close();
      return path;
    }) as [string, string];
    const schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    expect(rowsOf(further, schema)).toEqual(rowsOf(first, schema));
    expect(rowsOf(further, "PRAGMA user_version")).toEqual([[migrations.length]]);
    for (const [name] of rowsOf(first, "SELECT name FROM sqlite_schema WHERE type = 'table'") as [string][]) {
      expect(rowsOf(first, `SELECT count(*) FROM ${name}`), name).toEqual([[0]]);
    }
  });

  it("change nothing if one of them fails", () => {
    const path = newPath();
    const db = connect(path);
    expect(() => migrate(db, ["CREATE TABLE a (x)", "INSERT INTO missing VALUES (1)"].map(migration))).toThrow(
      "missing",
    );
    db.close();

    expect(rowsOf(path, "SELECT count(*) FROM sqlite_schema")).toEqual([[0]]);
    expect(rowsOf(path, "PRAGMA user_version")).toEqual([[0]]);
  });
});

it("security 35: makes its files, and those that it finds, the owner's alone", async () => {
  for (const isNew of [true, false]) {
    const path = newPath();
    if (!isNew) writeFileSync(path, "", { mode: 0o644 });
    const store = await openSqliteStore({ path, clock: Date.now });
    await newSubject(store, { now: Date.now() });
    const modes = ["", "-wal", "-shm"].map((ending) => statSync(path + ending).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  }
});

describe("erase", () => {
  it("leaves nothing in the files that could tell a recipient, who never stood there in clear", async () => {
    await withFile(async ({ subject, path }) => {
      const { store, clock } = subject;
      await start(subject, ada);
      await check(subject, { recipient: ada }, rightCode);
      const { recipient } = await started(start(subject, "ada@example.com", { channel: "email" }));
      const today = Math.floor(clock.now / 86_400_000);
      const [[sealed, key]] = rowsOf(
        path,
        `SELECT sealed_recipient, sealed ->> '$' FROM attempts, day_keys WHERE day = ${today}`,
      ) as [[string, string]];
      const found = () => [ada, recipient, sealed, key].map((text) => bytesOf(path).includes(text));
      expect(found()).toEqual([false, false, true, true]);

      await store.erase(clock.now + 86_400_000);
      expect(found()).toEqual([false, false, false, true]);
      await store.erase(clock.now + 4 * 86_400_000);
      expect(found()).toEqual([false, false, false, false]);
    });
  });
});

async function withFile(
  test: (given: { subject: Awaited<ReturnType<typeof newSubject>>; path: string }) => Promise<void>,
) {
  const path = newPath();
  const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
  const store = await openSqliteStore({ path, clock: () => clock.now, busyTimeoutMs: 200 });
  try {
    await test({ subject: await newSubject(store, clock), path });
  } finally {
    await store.close();
  }
}

function newPath(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

function rowsOf(path: string, sql: string): unknown[] {
  const db = new Libsql(path);
  const rows = db.prepare(sql).raw().all();
  db.close();
  return rows;
}

/** The file, its log and its index. */
function bytesOf(path: string): string {
  const names = readdirSync(folder).filter((name) => join(folder, name).startsWith(path));
  return names.map((name) => readFileSync(join(folder, name), "latin1")).join("");
}
