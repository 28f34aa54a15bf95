import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { runCommand } from "../../test-support/cli.ts";
import { readSql, startDatabases } from "../../test-support/databases.ts";
import { newService } from "../../test-support/store-subject.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";
import { operator } from "../sql/resources.ts";
import { openStore } from "../store/open-store.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
  await apiOf(sandbox.url).call("POST", `/v2/Services/${sandboxServiceSid}`, { FriendlyName: "Beta" });
});
afterAll(() => sandbox.close());

const run = (...words: string[]) => runCommand(["audit", "--server", sandbox.url, ...words]);

test("shows who changed what, the newest first, as a table or as JSON", async () => {
  const { accountSid: actor } = sandboxAccount;
  const { code, out } = await run("--limit", "1", "--resource", sandboxServiceSid);
  const [head = "", row = "", ...others] = out.trimEnd().split("\n");
  expect([code, head.split(/ +/), others]).toEqual([0, ["WHEN", "WHO", "FROM", "DID", "TO", "WHAT"], []]);
  expect(row.replace(/^\S+Z +/, "").replaceAll(/ {2,}/g, " ")).toBe(
    `${actor} 127.0.0.1 changed ${sandboxServiceSid} {"friendly_name":"Acme"} -> {"friendly_name":"Beta"}`,
  );
  const lines = (await run("--json", "--resource", sandboxServiceSid)).out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { actor, action: "changed", after: { friendly_name: "Beta" } },
    { actor: "operator", action: "created", address: null, resource_type: "application" },
    { actor: "operator", action: "created", before: null, resource_type: "service" },
  ]);
});

test("shows what all filters fit, and says when nothing does", async () => {
  const { out } = await run("--action", "created", "--actor", "operator", "--json");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).action),
  ).toContain("created");
  expect(await run("--actor", "SK00000000000000000000000000000009")).toEqual({ code: 0, out: "", err: "None.\n" });
  expect(await run("--before", "2020-01-01T00:00:00Z")).toEqual({ code: 0, out: "", err: "None.\n" });
  expect((await run("--after", "yesterday")).err).toMatch(/^400 60200: .*after/);
});

test("what the commands of an operator change has its entry, by nobody but the operator", async () => {
  const databases = await startDatabases();
  const databaseUrl = await databases.create("SQLite");
  const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: randomBytes(32).toString("base64url") };
  const change = async (...words: string[]) => {
    const { code, out, err } = await runCommand([...words, "--json"], { env });
    expect([code, err], words.join(" ")).toEqual([0, ""]);
    return JSON.parse(out);
  };
  const { sid: account } = await change("accounts", "create", "Acme");
  await change("accounts", "rotate", account);
  const { sid: key } = await change("accounts", "keys", "create", account);
  await change("accounts", "keys", "revoke", account, key);
  const store = await openStore(databaseUrl);
  const service = newService({ accountSid: account, createdAt: store.clock() });
  await store.services.create(service, operator);
  await store.close();
  const application = [account, service.sid];
  await change("accounts", "applications", "create", ...application);
  await change("accounts", "applications", "suspend", ...application);
  await change("accounts", "applications", "resume", ...application);
  await change("accounts", "applications", "integration-key", account);
  await change("erase", "+12025550123");
  const entries = await readSql(
    databaseUrl,
    "SELECT action, resource_type, actor, address FROM audit_entries ORDER BY created_at, sid",
  );
  expect(entries.map((entry) => `${entry.action} ${entry.resource_type}`)).toEqual([
    ...["created account", "changed key", "created key", "deleted key", "created service", "created application"],
    ...["changed application", "changed application", "created integration_key", "erased person"],
  ]);
  expect(new Set(entries.map(({ actor, address }) => `${actor} ${address}`))).toEqual(new Set(["operator null"]));
  await databases.stop();
});
