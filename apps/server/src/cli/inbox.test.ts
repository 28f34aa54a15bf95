import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { runCommand, startCommand } from "../../test-support/cli.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
let inbox: string[];
beforeAll(async () => {
  sandbox = await startSandbox();
  inbox = ["inbox", "--server", sandbox.url];
});
afterAll(() => sandbox.close());

const send = (to: string, channel = "sms") => apiOf(sandbox.url).start(sandboxServiceSid, { To: to, Channel: channel });

test("an empty inbox is said to be empty", async () => {
  expect(await runCommand(inbox)).toEqual({ code: 0, out: "", err: "No messages.\n" });
  expect(await runCommand([...inbox, "--json"])).toEqual({ code: 0, out: "", err: "" });
});

test("shows messages with their codes, the newest last, each in a line", async () => {
  await send("+12025550123");
  await send("ada@example.com", "email");
  const { code, out } = await runCommand(inbox);
  const [first, second, ...others] = out.trimEnd().split("\n");
  expect([code, others]).toEqual([0, []]);
  expect(first).toMatch(/^\d\d:\d\d:\d\d {2}sms {7}\+12025550123 {2}123456 {2}Your Acme verification code is: 123456$/);
  expect(second).toMatch(/^\d\d:\d\d:\d\d {2}email {5}ada@example\.com {2}123456 {2}/);
  expect((await runCommand([...inbox, "--last", "1"])).out).toBe(`${second}\n`);
  expect((await runCommand([...inbox, "--to", "+12025550123"])).out).toBe(`${first}\n`);
  const { out: json } = await runCommand([...inbox, "--json", "--to", "ada@example.com"]);
  expect(JSON.parse(json)).toMatchObject({ to: "ada@example.com", code: "123456", channel: "email" });
});

test("shows a push to the identity that it is to, with what it asks", async () => {
  const api = apiOf(sandbox.url);
  const Identity = "person-0f3a9c77";
  const { sid } = (await api.call("POST", "/sandbox/devices", { Identity })).body;
  const challenge = { FactorSid: String(sid), "Details.Message": "Log in to Acme?" };
  const following = startCommand([...inbox, "--follow", "--to", Identity]);
  await api.call("POST", `/v2/Services/${sandboxServiceSid}/Entities/${Identity}/Challenges`, challenge);
  await following.until("Acme?");
  following.stop();
  const { out } = await following.ended;
  expect(out).toMatch(/^\d\d:\d\d:\d\d {2}push {6}person-0f3a9c77 {2}Log in to Acme\?\n$/);
});

test("follows: what is there, and what comes, until Ctrl-C", async () => {
  const following = startCommand([...inbox, "--follow", "--to", "+12025550177"]);
  await send("+12025550176");
  await send("+12025550177");
  await following.until("+12025550177");
  await send("+12025550177", "call");
  await following.until(/call +\+12025550177/);
  following.stop();
  const { code, out, err } = await following.ended;
  expect([code, err]).toEqual([0, ""]);
  expect(out.trimEnd().split("\n")).toHaveLength(2);
});

test("ends with one line when the sandbox goes away under it, or does not know the account", async () => {
  const other = await startSandbox();
  const following = startCommand(["inbox", "--follow", "--server", other.url, "--json"]);
  await apiOf(other.url).start(sandboxServiceSid, { To: "+12025550123" });
  await following.until("123456");
  await other.close();
  const { code, err } = await following.ended;
  expect([code, err]).toEqual([1, expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:\d+: [^\n]+\n$/)]);
  const stranger = await runCommand([...inbox, "--token", "wrong"]);
  expect([stranger.code, stranger.err]).toEqual([1, expect.stringMatching(/^401 20003: [^\n]+\n$/)]);
});

test("a production server has no inbox", async () => {
  const production: ProductionServer = await startProduction({
    databaseUrl: "sqlite::memory:",
    secret: "a secret of no less than 32 characters",
  });
  const { code, err } = await runCommand(["inbox", "--server", production.url]);
  await production.close();
  expect([code, err]).toEqual([1, `${production.url} is no sandbox, so it has no inbox.\n`]);
});
