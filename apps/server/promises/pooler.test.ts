import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { examineDatabase } from "../src/cli/doctor.ts";
import { usableConfigOrThrow } from "../src/cli/server-config.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Answer } from "../test-support/api.ts";
import { readSql, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { hasPgBouncer, startPgBouncer } from "../test-support/pgbouncer.ts";
import { type Pooler, startPooler } from "../test-support/pooler.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { start } from "../test-support/store-commands.ts";
import { newSubject } from "../test-support/store-subject.ts";

const loadMs = budget(10_000);
const size = 3;
const callers = 10;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const poolers: [name: string, start: (database: string) => Promise<Pooler>][] = [
  ["a pooler of the tests' own", (url) => startPooler(url, { size })],
];
if (hasPgBouncer) poolers.push(["PgBouncer", (url) => startPgBouncer(url, { size })]);

test("pgbouncer, Debian's package of that name, is here for the whole check; npm test does without it", () => {
  if (!hasPgBouncer) process.stderr.write("pgbouncer is not installed: only the tests' own pooler was asked.\n");
  expect(hasPgBouncer || process.env.COUNTERSIGN_TESTS !== "full").toBe(true);
});

describe.each(poolers)("security 30: behind %s in transaction mode", (_, startOne) => {
  let url: string;
  let pooler: Pooler;
  let servers: ProductionServer[];
  beforeAll(async () => {
    url = await databases.create("PostgreSQL");
    await runSql(url, settingsSeen(url));
    pooler = await startOne(url);
    const secret = randomBytes(32).toString("base64url");
    servers = [];
    // More connections than the pooler has, so that each transaction may get any of them.
    for (let count = 0; count < 2; count += 1) {
      servers.push(await startProduction({ databaseUrl: pooler.url, secret }));
    }
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await pooler.stop();
  });

  test(`${loadMs / 1000} seconds of load get no answer with 5xx, and nothing is approved twice`, async () => {
    const [one, two] = servers as [ProductionServer, ProductionServer];
    const serviceSid = await one.api.createService();
    const answers: Answer[] = [];
    const approvals: number[] = [];
    let number = 5_000_000;
    const end = performance.now() + loadMs;
    const kept = async (answer: Promise<Answer>) => {
      answers.push(await answer);
      return answer;
    };
    const apis = [one.api, two.api, { ...two.api }] as const;
    async function call(): Promise<void> {
      while (performance.now() < end) {
        const To = `+1202${number++}`;
        const begun = await kept(one.api.start(serviceSid, { To }));
        const sent = one.sent.findLast(({ to }) => to === To);
        if (begun.status !== 201 || !sent) continue;
        await kept(two.api.check(serviceSid, { To, Code: sent.code === "000000" ? "000001" : "000000" }));
        const right = await Promise.all(apis.map((api) => kept(api.check(serviceSid, { To, Code: sent.code }))));
        approvals.push(right.filter(({ body }) => body.status === "approved").length);
        await Promise.all([
          kept(one.api.call("POST", `/v2/Services/${serviceSid}`, { FriendlyName: "Acme Books" })),
          kept(two.api.call("GET", `/v2/Attempts?PageSize=5`)),
        ]);
      }
    }
    await Promise.all(Array.from({ length: callers }, call));

    expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([]);
    expect(approvals.length).toBeGreaterThanOrEqual(callers);
    expect(new Set(approvals)).toEqual(new Set([1]));
  });

  test("every transaction has the settings that promises rest on, and leaves none to those who share the pooler", async () => {
    const seen = await readSql(url, "SELECT DISTINCT name, wait, commit, scan FROM settings_seen ORDER BY name");
    expect(seen).toEqual([
      { name: "services", wait: "5s", commit: "on", scan: "on" },
      { name: "verifications", wait: "5s", commit: "on", scan: "off" },
    ]);

    const sessions = Array.from({ length: size }, () => new pg.Client(pooler.url));
    await Promise.all(sessions.map((session) => session.connect()));
    // While each is in a transaction, together they have all connections.
    await Promise.all(sessions.map((session) => session.query("BEGIN")));
    const left = await Promise.all(
      sessions.map(async (session) => {
        const { rows } = await session.query(
          `SELECT current_setting('lock_timeout') AS wait, current_setting('enable_seqscan') AS scan,
             (SELECT count(*)::int FROM pg_prepared_statements WHERE name <> '') AS statements`,
        );
        return rows[0];
      }),
    );
    await Promise.all(sessions.map((session) => session.end()));
    expect(left).toEqual(sessions.map(() => ({ wait: "0", scan: "on", statements: 0 })));
  });

  test("doctor says so", async () => {
    expect(await examineDatabase(pooler.url)).toMatchObject([
      { state: "ok", detail: "PostgreSQL can be reached, through a pooler" },
      { what: "clock", state: "ok" },
      { what: "tables", state: "ok" },
    ]);
  });

  test("a new database gets its tables, and its old ones are swept", async () => {
    const bare = await databases.createBare("PostgreSQL");
    const other = await startOne(bare);
    const store = await openStore(other.url, Date.now);
    await store.erase(Date.now());
    await store.close();
    await other.stop();
  });
});

if (hasPgBouncer) {
  test("security 30: a pooler without transactions refuses the start, and the reason is told", async () => {
    const pooler = await startPgBouncer(await databases.create("PostgreSQL"), { size, mode: "statement" });
    const env = { COUNTERSIGN_DATABASE_URL: pooler.url, COUNTERSIGN_SECRET: randomBytes(32).toString("hex") };
    await expect(usableConfigOrThrow(env)).rejects.toThrow(/COUNTERSIGN_DATABASE_URL: .*statement pooling/);
    await pooler.stop();
  });
}

test("security 30: a pooler that passes for the database itself is found out, and no command fails for it", async () => {
  const pooler = await startPooler(await databases.create("PostgreSQL"), { size, isOpen: true });
  const stores = [await openStore(pooler.url, Date.now), await openStore(pooler.url, Date.now)];
  const subject = await newSubject(stores[0] as (typeof stores)[number], { now: Date.now() });
  for (let round = 0; round < 5; round += 1) {
    const starts = stores.map((store, index) => start({ ...subject, store }, `+12025550${index}${round + 10}`));
    expect((await Promise.all(starts)).every(({ ok }) => ok)).toBe(true);
  }
  await Promise.all(stores.map((store) => store.close()));
  await pooler.stop();
});

/** Keeps what holds in the transactions that write to some tables, in a database whose own settings are others. */
function settingsSeen(url: string): string {
  return `
    ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off;
    CREATE TABLE settings_seen (name text, wait text, commit text, scan text);
    CREATE FUNCTION see_settings() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO settings_seen VALUES (TG_TABLE_NAME, current_setting('lock_timeout'),
        current_setting('synchronous_commit'), current_setting('enable_seqscan'));
      RETURN NULL;
    END $$;
    ${["services", "verifications"]
      .map((table) => `CREATE TRIGGER see AFTER INSERT OR UPDATE ON ${table} EXECUTE FUNCTION see_settings();`)
      .join("\n")}`;
}
