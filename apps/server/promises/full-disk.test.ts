import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSmallDisk, type SmallDisk } from "../../../scripts/chaos/scenarios/disk-full.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { spawnCommand } from "../test-support/cli-process.ts";
import { createAccount, databaseKinds, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";

const startsMax = 2_000;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("security 36: on %s", (kind) => {
  test("a full disk refuses with 503, loses nothing that was acknowledged, makes the server unready, and needs no restart once there is space", async () => {
    const disk = createSmallDisk();
    // Without a small file system a process gets limits on its files instead, and here PostgreSQL is everybody's.
    if (kind === "PostgreSQL" && disk.before !== undefined) return disk.remove();
    const databaseUrl = await databaseOn(disk, kind);
    const credentials = await createAccount(databaseUrl);
    const process = spawnCommand(["serve", "--port", "0"], {
      COUNTERSIGN_DATABASE_URL: databaseUrl,
      COUNTERSIGN_SECRET: randomBytes(32).toString("base64url"),
      COUNTERSIGN_HOST: "127.0.0.1",
      COUNTERSIGN_LIMIT_RECIPIENT: "off",
      COUNTERSIGN_PUMPING_GUARD: "off",
      COUNTERSIGN_SMS_URL: `https://127.0.0.1:9/?secret=whsec_${Buffer.from("a key as long as it has to be").toString("base64")}`,
    });
    const pid = process.child.pid ?? 0;
    try {
      const { url } = JSON.parse(await process.firstLine);
      const api = apiOf(url, credentials);
      const serviceSid = await api.createService();
      const kept = [await api.start(serviceSid, { To: "+14155552670" })];
      disk.fill(pid);
      const refused = await startUntilRefused(api, serviceSid, kept);
      expect([refused.status, refused.body.code]).toEqual([503, 20503]);
      // PostgreSQL writes a row that it has anew where the old one was.
      if (kind === "SQLite") await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
      expect((await api.fetch(serviceSid, kept[0]?.body.sid ?? "")).status, "what is there can be read").not.toBe(500);

      disk.free(pid);
      const ready = async () => (await fetch(`${url}/readyz`)).status;
      await expect.poll(ready, { timeout: 20_000, interval: 250 }).toBe(200);
      const again = async () => (await api.start(serviceSid, { To: "+14155552669" })).status;
      await expect.poll(again, { timeout: 20_000, interval: 250 }).toBe(201);
      for (const { body } of kept.slice(-20))
        expect((await api.fetch(serviceSid, body.sid ?? "")).body.status).toBe("pending");
    } finally {
      process.child.kill("SIGTERM");
      await process.ended;
      if (kind === "PostgreSQL")
        await runSql(serverOf(databaseUrl), `DROP DATABASE ${nameOf(databaseUrl)} WITH (FORCE)`);
      if (kind === "PostgreSQL") await runSql(serverOf(databaseUrl), `DROP TABLESPACE ${nameOf(databaseUrl)}`);
      disk.remove();
    }
  });
});

const nameOf = (url: string) => new URL(url).pathname.slice(1);
const serverOf = (url: string) => url.replace(/[^/]*$/, "postgres");

/** A database all of whose tables are on that disk. */
async function databaseOn({ folder }: SmallDisk, kind: (typeof databaseKinds)[number]): Promise<string> {
  if (kind === "SQLite") return `sqlite:${join(folder, "full.db")}`;
  const server = serverOf(await databases.createBare(kind));
  const [name, location] = [`full_${randomBytes(4).toString("hex")}`, join(folder, "space")];
  mkdirSync(location);
  execFileSync("chown", ["-R", "postgres", folder]);
  await runSql(server, `CREATE TABLESPACE ${name} LOCATION '${location}'`);
  await runSql(server, `CREATE DATABASE ${name} TABLESPACE ${name} TEMPLATE template0`);
  return server.replace(/[^/]*$/, name);
}

/** @param kept gets what was acknowledged */
async function startUntilRefused(api: Api, serviceSid: string, kept: Answer[]): Promise<Answer> {
  for (let count = 0; count < startsMax; count += 1) {
    const answer = await api.start(serviceSid, { To: `+1415${5_560_000 + count}` });
    if (answer.status !== 201) return answer;
    kept.push(answer);
  }
  throw new Error("nothing was refused although the disk is full");
}
