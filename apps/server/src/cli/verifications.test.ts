import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";

const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
let databases: TestDatabases;
let server: ProductionServer;
const sids: string[] = [];
let refused = "";
beforeAll(async () => {
  databases = await startDatabases();
  const databaseUrl = await databases.create("SQLite");
  server = await startProduction({ databaseUrl, secret: "s".repeat(40), clock: () => clock.now });
  const serviceSid = await server.api.createService();
  for (let n = 0; n < 3; n += 1) {
    clock.now += 1000;
    server.answers.push({ status: "delivered", provider: "sms.example.com" });
    sids.unshift((await server.api.start(serviceSid, { To: `+1415555267${n}` })).body.sid ?? "");
  }
  const { headers } = await server.api.start(serviceSid, { To: "+14155552679", CustomMessage: "Hello" });
  refused = headers.get("twilio-request-id") ?? "";
});
afterAll(async () => {
  await server.close();
  await databases.stop();
});

function run(...words: string[]) {
  const { accountSid, authToken } = server.credentials;
  const caller = ["--server", server.url, "--account", accountSid, "--token", authToken];
  return runCommand(["verifications", ...words, ...caller]);
}
const lines = (out: string) => out.trimEnd().split("\n");

test("lists verifications and refused starts, masked, as tables and as JSON, by any filter", async () => {
  const { code, out } = await run("list", "--limit", "2");
  const [head = "", first = ""] = lines(out);
  expect([code, lines(out).length]).toEqual([0, 3]);
  expect(head.split(/ +/)).toEqual(["WHEN", "SID", "TO", "CHANNEL", "STATUS", "SENDS", "CHECKS", "ERROR"]);
  expect(first.split(/ +/)).toEqual(["2026-03-02T09:30:03Z", sids[0], "+•••••••2672", "sms", "pending", "1", "0", "-"]);
  const json = lines((await run("list", "--json", "--to", "+14155552671")).out).map((line) => JSON.parse(line));
  expect(json).toMatchObject([{ sid: sids[1], is_masked: true }]);
  expect((await run("list", "--status", "approved")).err).toBe("None.\n");
  const starts = lines((await run("list", "--refused", "--error", "60243")).out);
  expect(starts[1]?.split(/ +/).slice(1)).toEqual([refused, "+•••••••2679", "sms", "60243", "-"]);
  expect(await run("list", "--status", "lost")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^400 60200: .*status/),
  });
  expect((await run("list", "--refused", "--status", "pending")).err).toMatch(/^400 60200: .*status/);
});

test("shows one with all that happened, and a refused start", async () => {
  const { out } = await run("show", sids[0] ?? "");
  expect(out).toMatch(/^to +\+•••••••2672$/m);
  const events = lines(out)
    .slice(-5)
    .map((line) => line.split(/ +/).slice(1, 5));
  expect(events).toEqual([
    ["WHAT", "CHANNEL", "PROVIDER", "TRIES"],
    ["started", "-", "-", "-"],
    ["sent", "sms", "-", "-"],
    ["handed_over", "sms", "sms.example.com", "1"],
    ["delivered", "sms", "sms.example.com", "1"],
  ]);
  expect(JSON.parse((await run("show", refused, "--json")).out)).toMatchObject({ sid: refused, error_code: 60243 });
  expect(await run("show", "VE00000000000000000000000000000009")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^404/),
  });
  expect(await run("show", "VA1")).toMatchObject({ code: 1, err: expect.stringContaining("neither") });
});

test("reveals recipients only when asked, each with an entry in the trail", async () => {
  const entries = async () => JSON.parse((await server.api.call("GET", "/console/audit?action=revealed")).text).entries;
  expect(await entries()).toEqual([]);
  expect((await run("list", "--reveal", "--limit", "1")).out).toContain("+14155552672");
  expect((await run("show", refused, "--reveal")).out).toContain("+14155552679");
  expect((await entries()).map(({ resource_sid }: { resource_sid: string }) => resource_sid)).toEqual([
    refused,
    sids[0],
  ]);
});

test("reads every page where it calls, though the next one is told at the server's public address", async () => {
  const pages = createServer(({ url = "" }, response) => {
    const isLast = url.includes("PageToken=2");
    const meta = { key: "verifications", next_page_url: isLast ? null : "https://verify.example.com/?PageToken=2" };
    const verification = { sid: isLast ? sids[1] : sids[0], sends: 1, checks: 0 };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ meta, verifications: [verification] }));
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const { port } = pages.address() as AddressInfo;
  const { out } = await runCommand(["verifications", "list", "--json", "--server", `http://127.0.0.1:${port}`]);
  expect(lines(out).map((line) => JSON.parse(line).sid)).toEqual(sids.slice(0, 2));
  pages.close();
});
