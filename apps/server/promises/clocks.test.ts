import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf } from "../test-support/api.ts";
import { spawnCommand } from "../test-support/cli-process.ts";
import { readSql, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const elevenMinutes = 660_000;
const folder = mkdtempSync(join(tmpdir(), "countersign-clocks-"));
const preload = fileURLToPath(new URL("../../../scripts/chaos/clock.mjs", import.meta.url));
const clockFile = join(folder, "clock");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(async () => {
  await databases.stop();
  rmSync(folder, { recursive: true });
});

test("security 31: a server whose clock is eleven minutes off undoes no lock, lengthens no life and shortens none, and is not ready", async () => {
  const databaseUrl = await databases.create("PostgreSQL");
  const right = await startProduction({ databaseUrl, secret, isHeld: true });
  const serviceSid = await right.api.createService();
  setAhead(0);
  const process = serve(databaseUrl);
  try {
    const { url } = JSON.parse(await process.firstLine);
    const wrong = apiOf(url, right.credentials);
    const [locked, late] = ["+14155552671", "+14155552672"] as const;
    await right.api.start(serviceSid, { To: locked });
    const { sid } = (await right.api.start(serviceSid, { To: late })).body;
    const Code = right.codes.has("000000") ? "111111" : "000000";
    for (let count = 0; count < 5; count += 1) await right.api.check(serviceSid, { To: locked, Code });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    for (const aheadMs of [elevenMinutes, -elevenMinutes]) {
      setAhead(aheadMs);
      const To = aheadMs > 0 ? "+14155552673" : "+14155552674";
      expect((await wrong.check(serviceSid, { To: locked, Code })).body.code).toBe(60202);
      const started = await wrong.start(serviceSid, { To });
      expect(started.status).toBe(201);
      const [row] = await readSql(databaseUrl, lifeOf(started.body.sid ?? ""));
      expect(Number(row?.seconds)).toBeGreaterThan(595);
      // A process knows the database's time to a few milliseconds.
      expect(Number(row?.seconds)).toBeLessThan(601);
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
    }
    await runSql(databaseUrl, `UPDATE verifications SET expires_at = ${Date.now()} WHERE sid = '${sid}'`);
    const code = [...right.codes].at(-1) ?? "";
    expect((await wrong.check(serviceSid, { To: late, Code: code })).body.details?.reason).toBe("expired");
    expect((await wrong.start(serviceSid, { To: late })).status).toBe(201);
  } finally {
    process.child.kill("SIGTERM");
    await process.ended;
    await right.close();
  }
});

test("security 31: a server whose clock is more than a minute off does not start, and says why", async () => {
  setAhead(elevenMinutes);
  const { code, err } = await serve(await databases.create("PostgreSQL")).ended;
  expect([code, err]).toEqual([78, expect.stringContaining("this machine's is 660.0 s ahead of the database's")]);
});

function setAhead(ms: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(ms));
  writeFileSync(clockFile, bytes);
}

/** How many seconds a verification has left, by the database's clock. */
function lifeOf(sid: string): string {
  return `SELECT expires_at / 1000.0 - extract(epoch FROM now()) AS seconds FROM verifications WHERE sid = '${sid}'`;
}

function serve(databaseUrl: string) {
  return spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    // Nobody is there to take a message: what is tried is the time.
    COUNTERSIGN_SMS_URL: `https://127.0.0.1:9/?secret=whsec_${Buffer.from("a key as long as it has to be").toString("base64")}`,
    CHAOS_CLOCK: clockFile,
    NODE_OPTIONS: `--import ${preload}`,
  });
}
