import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import Libsql from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget, isWhole } from "../../../scripts/budget.ts";
import { openStore } from "../src/store/open-store.ts";
import { runCommand } from "../test-support/cli.ts";
import { runSql } from "../test-support/databases.ts";
import { installedPrograms, startInstalledPostgres } from "../test-support/installed-postgres.ts";
import { createDatabase } from "../test-support/postgres.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";

import { leaveBehind, readLeftBehind } from "./living-data/left-behind.ts";

const guide = readFileSync(new URL("../../../spec/guides/operating.md", import.meta.url), "utf8");
const has = (program: string) =>
  (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));

/** Databases of one kind, and the guide's commands, in which a database and a copy have their names of here. */
interface Place {
  /** @returns its owner's URL */
  create(): Promise<string>;
  /** Lets the role that serves do so. @returns the URL that it has */
  serve(url: string): Promise<string>;
  /** @returns what there is to be restored */
  backUp(url: string): Promise<string>;
  /** @returns its owner's URL of the database that has what was backed up */
  restore(copy: string): Promise<string>;
  stop(): Promise<void>;
}

describe.each([
  ["SQLite", openSqlitePlace, true],
  ["PostgreSQL", openPostgresPlace, isWhole && installedPrograms !== undefined],
] as const)("a database of version 0.1.0 on %s, as the guide says to upgrade and to back up", (kind, open, isRun) => {
  const left = readLeftBehind(kind);
  const { serviceSid, secret, credentials } = left;
  const servers: ProductionServer[] = [];
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    await place.stop();
  });

  async function serve(databaseUrl: string): Promise<ProductionServer> {
    const server = await startProduction({ databaseUrl, secret, credentials, isHeld: true });
    servers.push(server);
    return server;
  }

  /** Starts a verification of each, and tells the code that each got. */
  async function start(through: ProductionServer[], people: string[]): Promise<Map<string, string>> {
    const started = people.map((To, at) => through[at % through.length]?.api.start(serviceSid, { To, Channel: "sms" }));
    for (const answer of await Promise.all(started)) expect(answer?.status).toBe(201);
    for (const server of through) await server.deliver();
    const sent = through.flatMap((server) => server.sent);
    return new Map(people.map((to) => [to, sent.find((message) => message.to === to)?.code ?? ""]));
  }

  const check = async ({ api }: ProductionServer, To: string, Code = "") =>
    (await api.check(serviceSid, { To, Code })).body;

  test.runIf(isRun)(
    "is brought up to date by all that start at once, backed up while people log in, restored, and goes on",
    async () => {
      const databaseUrl = await place.create();
      await leaveBehind(kind, databaseUrl);
      const before = await place.backUp(databaseUrl);
      await (await openStore(databaseUrl, Date.now)).close();
      const served = await place.serve(databaseUrl);
      const through = await Promise.all([serve(served), serve(served)]);
      const [one, other] = through;

      const early = await start(through, people(1, budget(100)));
      for (const [to, code] of early) expect(await check(one, to, code)).toMatchObject({ status: "approved" });
      const waiting = people(2, 5);
      const codes = await start(through, waiting);
      const unsent = people(3, 3);
      for (const To of unsent) expect((await one.api.start(serviceSid, { To, Channel: "sms" })).status).toBe(201);
      // Whatever is under way while it is copied is in the copy as a whole or not at all.
      const [copy] = await Promise.all([
        place.backUp(databaseUrl),
        ...people(4, budget(200)).map((To) => other.api.start(serviceSid, { To, Channel: "sms" })),
      ]);
      expect(await check(one, waiting[0] ?? "", codes.get(waiting[0] ?? ""))).toMatchObject({ status: "approved" });

      const restored = await serve(await place.serve(await place.restore(copy)));
      for (const to of early.keys())
        expect(await check(restored, to, early.get(to))).toMatchObject({
          code: 20404,
          details: { reason: "approved" },
        });
      expect(await check(restored, "+14155552674", "000000")).toMatchObject({
        code: 20404,
        details: { reason: "approved" },
      });
      expect(await check(restored, "+14155552671", left.codes["+14155552671"])).toMatchObject({ status: "approved" });
      // Approved since the copy: pending again, as the guide says, and approved once more.
      for (const to of waiting) expect(await check(restored, to, codes.get(to))).toMatchObject({ status: "approved" });
      await restored.deliver();
      expect(restored.sent.map(({ to }) => to)).toEqual(expect.arrayContaining(unsent));
      const again = await start([restored], people(5, 3));
      for (const [to, code] of again) expect(await check(restored, to, code)).toMatchObject({ status: "approved" });

      const asItWas = await serve(await place.serve(await place.restore(before)));
      expect(await check(asItWas, "+14155552671", left.codes["+14155552671"])).toMatchObject({ status: "approved" });
    },
  );
});

const people = (group: number, count: number) =>
  Array.from({ length: count }, (_, index) => `+1415555${3000 + group * 1000 + index}`);

/** The line of the guide's section on backups that begins with a program. */
function commandOf(program: string): string {
  const found = new RegExp(`(?:^ *|\`)(${program} [^\`\n]+)`, "m").exec(guide)?.[1];
  if (!found) throw new Error(`The guide has no ${program}`);
  return found;
}

async function openSqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-upgrade-"));
  let copies = 0;
  return {
    create: async () => `sqlite:${join(folder, "countersign.db")}`,
    serve: async (url) => url,
    async backUp(url) {
      copies += 1;
      const copy = join(folder, `copy-${copies}.db`);
      const file = url.slice("sqlite:".length);
      if (has("sqlite3")) {
        const command = commandOf("sqlite3").replace("copy.db", basename(copy));
        await promisify(execFile)("sh", ["-c", command], { cwd: dirname(file) });
      } else {
        // What the command does, as far as a copy goes, where there is none.
        const db = new Libsql(file);
        db.exec(`VACUUM INTO '${copy}'`);
        db.close();
      }
      return copy;
    },
    restore: async (copy) => `sqlite:${copy}`,
    stop: async () => rmSync(folder, { recursive: true }),
  };
}

async function openPostgresPlace(): Promise<Place> {
  if (!isWhole || !installedPrograms) return { ...nowhere };
  const programs = installedPrograms;
  const folder = mkdtempSync(join(tmpdir(), "countersign-upgrade-"));
  // What is restored comes to one that knows no role of the first.
  const [first, second] = [await startInstalledPostgres(programs), await startInstalledPostgres(programs)];
  const roled = new Set<string>();
  /** By a role that may make others, and is no superuser. */
  async function createOwned(server: string): Promise<string> {
    const url = new URL(await createDatabase(server, "FILE_COPY"));
    await runSql(server, "CREATE ROLE owner LOGIN CREATEROLE").catch(() => undefined);
    await runSql(server, `ALTER DATABASE ${url.pathname.slice(1)} OWNER TO owner`);
    url.username = "owner";
    return url.href;
  }
  const PATH = `${installedPrograms}:${process.env.PATH}`;
  const run = (program: string, url: string, file = "") => {
    const command = commandOf(program).replace("countersign.dump", file);
    const env = { ...process.env, PATH, OWNER_URL: url };
    return promisify(execFile)("sh", ["-c", command], { cwd: folder, env });
  };
  let copies = 0;
  return {
    create: () => createOwned(first.url),
    async serve(url) {
      const served = new URL(url);
      if (!roled.has(served.port)) await run("psql", url);
      roled.add(served.port);
      const [, role = ""] = /countersign migrate --for (\w+)/.exec(guide) ?? [];
      const env = { COUNTERSIGN_DATABASE_URL: url, COUNTERSIGN_SECRET: readLeftBehind("PostgreSQL").secret };
      expect(await runCommand(["migrate", "--for", role], { env })).toMatchObject({ code: 0, err: "" });
      served.username = role;
      return served.href;
    },
    async backUp(url) {
      copies += 1;
      await run("pg_dump", url, `${copies}.dump`);
      return `${copies}.dump`;
    },
    async restore(copy) {
      const url = await createOwned(second.url);
      await run("pg_restore", url, copy);
      return url;
    },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}

const nothing = async () => "";
const nowhere: Place = { create: nothing, serve: nothing, backUp: nothing, restore: nothing, stop: async () => {} };
