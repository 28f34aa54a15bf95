import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { usableConfigOrThrow } from "../src/cli/server-config.ts";
import { openStore } from "../src/store/open-store.ts";
import { runCommand } from "../test-support/cli.ts";
import { runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const envOf = (databaseUrl: string) => ({
  COUNTERSIGN_DATABASE_URL: databaseUrl,
  COUNTERSIGN_SECRET: secret,
  COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1",
});

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

test("security 33: a role that may read and write rows, and nothing else, serves on tables that another has made", async () => {
  const owner = await databases.createBare("PostgreSQL");
  const { url, name } = await newRole(owner);
  await expect(usableConfigOrThrow(envOf(url))).rejects.toThrow(/none yet, and this role may not run them/);

  const migrated = await runCommand(["migrate", "--for", name], { env: envOf(owner) });
  expect([migrated.code, migrated.err]).toEqual([0, ""]);
  await expect(runSql(url, "CREATE TABLE planted (a text)")).rejects.toThrow(/permission denied/);
  await expect(runSql(url, "ALTER TABLE services ADD COLUMN planted text")).rejects.toThrow(/must be owner/);
  expect((await runCommand(["doctor"], { env: envOf(url) })).out).toMatch(/✓ tables .*may not change them/);

  // What was erased is gone from the file, too.
  await runSql(url, "BEGIN; TRUNCATE day_keys; ROLLBACK");
  await expect(runSql(url, "TRUNCATE services")).rejects.toThrow(/permission denied/);

  const { api, sent, credentials, close } = await startProduction({ databaseUrl: url, secret });
  const serviceSid = await api.createService();
  const To = "+12025550123";
  expect((await api.start(serviceSid, { To })).status).toBe(201);
  const Code = sent[0]?.code ?? "";
  expect((await api.check(serviceSid, { To, Code: Code === "000000" ? "1" : "000000" })).status).toBe(200);
  expect((await api.check(serviceSid, { To, Code })).body.status).toBe("approved");
  const limit = await api.call("POST", `/v2/Services/${serviceSid}/RateLimits`, { UniqueName: "address" });
  expect(limit.status).toBe(201);
  expect((await api.call("GET", `/v2/Attempts?ChannelData.To=${encodeURIComponent(To)}`)).status).toBe(200);
  expect((await api.call("DELETE", `/v2/Services/${serviceSid}`)).status).toBe(204);
  const store = await openStore(url, Date.now);
  await store.erase(Date.now() + 40 * 86_400_000);
  expect((await store.attempts.list(credentials.accountSid, {}, { size: 9 })).items).toEqual([]);
  await store.reset();
  await store.close();
  await close();
});

test("security 33: tables that the role may not use, or that are behind, refuse the start by name", async () => {
  const owner = await databases.create("PostgreSQL");
  const { url, name } = await newRole(owner);
  await runCommand(["migrate", "--for", name], { env: envOf(owner) });
  await runSql(owner, `REVOKE TRUNCATE ON day_keys FROM ${name}`);
  expect((await runCommand(["doctor"], { env: envOf(url) })).out).toMatch(/! tables .*may not truncate day_keys/);
  const store = await openStore(url, Date.now);
  await store.erase(Date.now() + 40 * 86_400_000);
  await store.close();
  await runSql(owner, `REVOKE DELETE ON outbox, services FROM ${name}`);
  await expect(usableConfigOrThrow(envOf(url))).rejects.toThrow(/may not read and write services, outbox; run .*--for/);
  await runSql(owner, "DELETE FROM migrations WHERE name > '0005'");
  await expect(usableConfigOrThrow(envOf(url))).rejects.toThrow(/migrations wait, and this role may not run them/);
});

async function newRole(owner: string): Promise<{ url: string; name: string }> {
  const name = `serving_${randomBytes(4).toString("hex")}`;
  const password = randomBytes(8).toString("hex");
  await runSql(owner, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  const url = new URL(owner);
  url.username = name;
  url.password = password;
  return { url: url.href, name };
}
