import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databaseKindsOr, readSql, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { type GatewayServer, startGatewayServer } from "../../test-support/gateway-server.ts";
import { type MailServer, startMailServer } from "../../test-support/mail-server.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { describeOn } from "../../test-support/sandbox.ts";
import { type Smsc, startSmsc } from "../../test-support/smsc.ts";
import { openGatewayProvider } from "../delivery/providers/gateway/gateway.ts";
import { openSmppProvider } from "../delivery/providers/smpp/smpp.ts";
import { openSmtpProvider } from "../delivery/providers/smtp/smtp.ts";
import type { Provider, Routes } from "../delivery/routing.ts";
import { guardOf } from "../guard/settings.ts";

const secret = "a secret of no less than 32 characters";
let databases: TestDatabases;
let peers: { mail: MailServer; gateway: GatewayServer; smsc: Smsc };
beforeAll(async () => {
  databases = await startDatabases();
  peers = { mail: await startMailServer(), gateway: await startGatewayServer(), smsc: await startSmsc() };
});
afterAll(async () => {
  await Promise.all([peers.mail.close(), peers.gateway.close(), peers.smsc.close()]);
  await databases.stop();
});

interface Body {
  name: string;
  channels: string[];
  prefixes: string[];
  state: string;
  last_error: string | null;
  date_last_success: string | null;
  date_last_failure: string | null;
}

describe.each(databaseKindsOr("PostgreSQL"))("the providers, on %s", (kind) => {
  let databaseUrl: string;
  let opened: Provider[];
  let servers: ProductionServer[];
  let server: ProductionServer;
  let names: { mail: string; gateway: string; smsc: string };

  beforeEach(async () => {
    databaseUrl = await databases.create(kind);
    [opened, servers] = [[], []];
    server = await another();
    names = { mail: opened[0]?.name ?? "", gateway: opened[1]?.name ?? "", smsc: opened[2]?.name ?? "" };
    peers.gateway.answers.length = 0;
    peers.gateway.posted.length = 0;
    peers.smsc.submitted.length = 0;
    peers.mail.mails.length = 0;
  });
  afterEach(async () => {
    await Promise.all(servers.map((each) => each.close()));
    await Promise.all(opened.map((provider) => provider.close()));
  });

  /** A server more on the same database, as another process would be, which speaks to the same peers. */
  async function another(): Promise<ProductionServer> {
    const { mail, gateway, smsc } = peers;
    const key = `whsec_${Buffer.from("a key as long as it has to be").toString("base64url")}`;
    const made = [
      openSmtpProvider(new URL(mail.url), { ca: mail.ca }),
      openGatewayProvider(new URL(`/?secret=${key}`, gateway.url), { channel: "sms", ca: gateway.ca }),
      openSmppProvider(new URL(`smpp://user:pass@127.0.0.1:${smsc.port}?from=Acme`)),
    ] as const;
    opened.push(...made);
    const everybody = (provider: Provider) => ({ provider, prefixes: [] });
    const routes: Routes = new Map([
      ["email", [everybody(made[0])]],
      ["sms", [everybody(made[1]), { provider: made[2], prefixes: ["+1"] }]],
    ]);
    const guard = guardOf({ countries: { codes: ["US", "DE"], areRefused: false } });
    const credentials = servers[0]?.credentials;
    const started = await startProduction({ databaseUrl, secret, routes, guard, ...(credentials && { credentials }) });
    servers.push(started);
    return started;
  }

  const list = async (of = server) =>
    (await of.api.call("GET", "/console/providers")).body as unknown as {
      providers: Body[];
      queue: { messages: number; oldest_seconds: number };
    };
  const find = async (name: string, of = server) => (await list(of)).providers.find((each) => each.name === name);
  const path = (name: string) => `/console/providers/${encodeURIComponent(name)}`;
  const pause = (name: string, Status = "paused") => server.api.call("POST", path(name), { Status });
  const trial = (name: string, To: string, Channel: string) =>
    server.api.call("POST", `${path(name)}/test`, { To, Channel });
  const start = async (of: ProductionServer, To: string, Channel = "sms") =>
    expect((await of.api.start(await of.api.createService(), { To, Channel })).status).toBe(201);

  test("are told by the messages that any process hands over, and asked where there were none", async () => {
    const other = await another();
    const { providers, queue } = await list();
    expect(queue).toEqual({ messages: 0, oldest_seconds: 0 });
    const never = { last_error: null, date_last_success: null, date_last_failure: null };
    expect(providers).toEqual([
      { name: names.mail, channels: ["email"], prefixes: [], state: "up", ...never },
      { name: names.gateway, channels: ["sms"], prefixes: [], state: "up", ...never },
      { name: names.smsc, channels: ["sms"], prefixes: ["+1"], state: "up", ...never },
    ]);

    peers.gateway.answers.push((response) => void response.writeHead(503).end());
    await start(other, "+4915112345678");
    await expect
      .poll(() => find(names.gateway), { timeout: 5_000 })
      .toMatchObject({
        ...{ state: "failing", last_error: expect.any(String), date_last_success: null },
        date_last_failure: expect.stringMatching(/Z$/),
      });
    await expect.poll(async () => (await list()).queue.messages).toBe(1);
    await start(other, "+4915112345679");
    await expect.poll(() => find(names.gateway), { timeout: 5_000 }).toMatchObject({ state: "up", last_error: null });
    expect((await find(names.gateway))?.date_last_success).toMatch(/Z$/);
  });

  test("one that is paused is passed over by every process within a second, and gets messages again afterwards", async () => {
    const other = await another();
    await start(other, "+12025550123");
    await expect.poll(() => peers.smsc.submitted.length, { timeout: 5_000 }).toBe(1);
    expect((await pause(names.smsc)).body).toMatchObject({ name: names.smsc, state: "paused" });
    expect(await find(names.smsc, other)).toMatchObject({ state: "paused" });
    await setTimeout(1_000);
    for (const of of [server, other]) await start(of, "+12025550124");
    await expect.poll(() => peers.gateway.posted.length, { timeout: 5_000 }).toBe(2);
    expect(peers.smsc.submitted).toHaveLength(1);
    expect((await pause(names.smsc, "active")).body).toMatchObject({ state: "up" });
    await setTimeout(1_000);
    await start(other, "+12025550125");
    await expect.poll(() => peers.smsc.submitted.length, { timeout: 5_000 }).toBe(2);
  });

  test("where all are paused a message waits, is not lost, and goes out when one is resumed", async () => {
    await pause(names.mail);
    await start(server, "ada@example.com", "email");
    await expect.poll(async () => (await list()).queue.messages).toBe(1);
    const verdict = await server.api.call("GET", "/console/guard/verdict?to=ada%40example.com");
    expect(verdict.body).toMatchObject({
      would_send: false,
      error_code: null,
      reason: expect.stringContaining("paused"),
    });
    expect((await server.api.call("GET", "/console/guard/verdict?to=%2B12025550123&channel=call")).body).toMatchObject({
      ...{ would_send: false, error_code: null, reason: "No provider is set up that serves this recipient." },
    });
    await server.deliver();
    expect(peers.mail.mails).toEqual([]);
    await pause(names.mail, "active");
    await expect
      .poll(() => server.deliver().then(() => peers.mail.mails.length), { timeout: 5_000, interval: 250 })
      .toBe(1);
    await expect.poll(async () => (await list()).queue.messages).toBe(0);
  });

  test("a pause is the account's own, and one of the operator holds for all", async () => {
    const stranger = await startProduction({ databaseUrl, secret, routes: new Map() });
    servers.push(stranger);
    await server.store.providers.pause({ accountSid: stranger.credentials.accountSid, name: names.mail }, true, 1, by);
    expect(await find(names.mail)).toMatchObject({ state: "up" });
    await start(server, "ada@example.com", "email");
    await expect.poll(() => peers.mail.mails.length, { timeout: 5_000 }).toBe(1);
    await server.store.providers.pause({ accountSid: "", name: names.mail }, true, 1, by);
    expect(await find(names.mail)).toMatchObject({ state: "paused" });
    expect((await pause(names.mail, "active")).body).toMatchObject({ state: "paused" });
  });

  test("a test message goes to one of them alone, paused or not, says that it is one, and has no code", async () => {
    await pause(names.mail);
    const tests = [
      await trial(names.mail, "ada@example.com", "email"),
      await trial(names.gateway, "+4915112345678", "sms"),
      await trial(names.smsc, "+4915112345678", "sms"),
    ];
    expect(tests.map(({ body }) => body)).toEqual(
      [names.mail, names.gateway, names.smsc].map((provider) => ({ status: "sent", error_code: null, provider })),
    );
    const texts = [peers.mail.mails[0]?.source, peers.gateway.posted[0]?.text, peers.smsc.submitted[0]?.text];
    for (const text of texts) {
      expect(/This is a test message[^"]*/.exec(text ?? "")?.[0]).toMatch(/^\D+$/);
    }
    peers.gateway.answers.push((response) => void response.writeHead(500).end());
    expect((await trial(names.gateway, "+4915112345678", "sms")).body).toMatchObject({
      ...{ status: "retry", error_code: expect.any(String) },
    });
    const { body } = await server.api.call("GET", "/v2/Attempts");
    expect(body.attempts).toEqual([]);
  });

  test("a test message obeys the list of countries, the channel and a limit by the hour, and nobody can name another provider", async () => {
    const errors = [];
    for (const [name, to, channel] of [
      [names.gateway, "+33612345678", "sms"],
      [names.gateway, "+19005551234", "sms"],
      [names.gateway, "ada@example.com", "sms"],
      [names.gateway, "+12025550123", "call"],
      [names.mail, "+12025550123", "sms"],
      ["gateway nobody", "+12025550123", "sms"],
    ] as const) {
      errors.push((await trial(name, to, channel)).body.code);
    }
    expect(errors).toEqual([60605, 60605, 60200, 60200, 60200, 20404]);
    expect((await pause("gateway nobody")).status).toBe(404);
    expect(peers.gateway.posted).toEqual([]);
    const statuses = [];
    for (let index = 0; index < 11; index += 1) {
      statuses.push((await trial(names.gateway, "+4915112345678", "sms")).status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    expect(peers.gateway.posted).toHaveLength(10);
  });

  test("the trail tells who paused, resumed and tested, once each, and of no recipient", async () => {
    await pause(names.mail);
    await pause(names.mail);
    await pause(names.mail, "active");
    await trial(names.mail, "ada.lovelace@example.com", "email");
    const entries = await readSql(databaseUrl, "SELECT * FROM audit_entries WHERE resource_type = 'provider'");
    expect(entries.map(({ action }) => action).sort()).toEqual(["paused", "resumed", "tested"]);
    for (const entry of entries) {
      expect(entry).toMatchObject({ actor: server.credentials.accountSid, resource_type: "provider" });
      expect(JSON.stringify(entry)).toContain(names.mail);
    }
    expect(JSON.stringify(entries)).not.toContain("lovelace");
  });
});

const by = { actor: "operator", address: null };

describe("in the sandbox", () => {
  describeOn(databaseKindsOr("SQLite"))((sandbox) => {
    const { api } = sandbox;
    test("the inbox is the one provider: it can be tested, and messages wait for it while it is paused", async () => {
      const { body } = await api.call("GET", "/console/providers");
      expect(body).toMatchObject({
        providers: [{ name: "inbox", channels: ["sms", "call", "email", "whatsapp", "push"], state: "up" }],
        queue: { messages: 0, oldest_seconds: 0 },
      });
      const tried = await api.call("POST", "/console/providers/inbox/test", { To: "+12025550130", Channel: "call" });
      expect(tried.body).toEqual({ status: "delivered", error_code: null, provider: "inbox" });
      expect(await api.messages("+12025550130")).toMatchObject([{ code: "", text: expect.stringContaining("test") }]);

      const serviceSid = await api.createService();
      expect((await api.call("POST", "/console/providers/inbox", { Status: "paused" })).body).toMatchObject({
        state: "paused",
      });
      await setTimeout(600);
      for (const To of ["+12025550131", "+12025550132"]) await api.start(serviceSid, { To });
      expect(await api.messages("+12025550131")).toEqual([]);
      await api.call("POST", "/console/providers/inbox", { Status: "active" });
      await expect.poll(() => api.messages("+12025550131"), { timeout: 3_000 }).toHaveLength(1);
      expect(await api.messages("+12025550132")).toHaveLength(1);
      await api.start(serviceSid, { To: "+12025550133" });
      expect(await api.messages("+12025550133")).toHaveLength(1);
    });
  });
});
