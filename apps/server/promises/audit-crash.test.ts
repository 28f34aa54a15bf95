import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { bundled } from "../test-support/bundled.ts";
import { databaseKinds, readSql, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const rounds = budget(10);

it("security 39: kill -9 during changes leaves no change without its entry, and no entry without its change", {
  timeout: 30_000 + rounds * 15_000,
}, async () => {
  const urls = await Promise.all(databaseKinds.map((kind) => databases.create(kind)));
  for (let round = 0; round < rounds; round += 1) {
    await changeUntilKilled(urls, 7 + 5 * round);
    for (const url of urls) expect(await faultsIn(url)).toEqual([]);
  }
  for (const url of urls) {
    for (const table of ["services", "credentials", "verifications"]) {
      const known = (await faultsIn(url)).length;
      await runSql(
        url,
        `DELETE FROM audit_entries WHERE sid =
           (SELECT max(sid) FROM audit_entries WHERE resource_sid IN (SELECT sid FROM ${table}))`,
      );
      expect((await faultsIn(url)).length, `an entry of ${table} that is missing is found`).toBeGreaterThan(known);
    }
  }
});

/** A process that changes what is in all databases at the same time is killed in the middle of it. */
async function changeUntilKilled(urls: string[], changes: number): Promise<void> {
  const child = fork(await bundled("changing-process"), urls, { execArgv: [] });
  const ended = once(child, "exit");
  const heard = new Map(urls.map((url) => [url, 0]));
  child.on("message", (url: string) => {
    heard.set(url, (heard.get(url) ?? 0) + 1);
    if (Math.min(...heard.values()) === changes) child.kill("SIGKILL");
  });
  expect(await ended).toEqual([null, "SIGKILL"]);
}

/** Replays the trail, and compares what it says is there with what is. */
async function faultsIn(url: string): Promise<string[]> {
  const told = new Map<string, string>();
  const parents = new Map<string, string>();
  const faults: string[] = [];
  const entries = await readSql(
    url,
    `SELECT resource_sid AS sid, action, resource_type AS kind,
       coalesce(after ->> 'friendly_name', after ->> 'description', substr(after ->> 'date_rotated', 19, 1)) AS count, after ->> 'service_sid' AS parent
     FROM audit_entries ORDER BY created_at, audit_entries.sid`,
  );
  for (const { sid = "", action = "", kind, count = "", parent } of entries) {
    if (parent) parents.set(sid, parent);
    const before = told.get(sid);
    const isNext =
      action === "changed" ? Number(count) === Number(before) + 1 : (before === undefined) !== (action === "deleted");
    if (!isNext) faults.push(`${kind} ${sid} ${action} after ${before}`);
    told.set(sid, action === "approved" ? action : count);
    if (action !== "deleted") continue;
    // What goes with it has no entry of its own.
    for (const one of told.keys()) if (one === sid || parents.get(one) === sid) told.delete(one);
  }
  const there = new Map((await readSql(url, rowsOf(url))).map(({ sid = "", count = "" }) => [sid, count]));
  for (const sid of new Set([...told.keys(), ...there.keys()])) {
    // What was approved of a service goes with it, and its entry stays.
    if (told.get(sid) === "approved" && !there.has(sid)) continue;
    if (told.get(sid) !== there.get(sid)) faults.push(`${sid} is ${there.get(sid)}, and told to be ${told.get(sid)}`);
  }
  return faults;
}

function rowsOf(url: string): string {
  const status = url.startsWith("sqlite:") ? "state ->> 'status'" : "status";
  return `SELECT sid, settings ->> 'friendlyName' AS count FROM services
    UNION ALL SELECT sid, description FROM rate_limits
    UNION ALL SELECT sid, friendly_name FROM accounts
    UNION ALL SELECT sid, CAST(coalesce(rotated_at, 0) / 1000 AS text) FROM credentials WHERE sid <> account_sid
    UNION ALL SELECT sid, ${status} FROM verifications WHERE ${status} = 'approved'`;
}
