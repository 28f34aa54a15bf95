import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { authorizationOf } from "../../test-support/api.ts";
import { ask, browserAt, ofOwnPage } from "../../test-support/console.ts";
import { makeKey, startWithConsole, type WithConsole } from "../../test-support/console-server.ts";
import { databaseKindsOr, dump, startDatabases, type TestDatabases } from "../../test-support/databases.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const eightHours = 8 * 3_600_000;
const halfAnHour = 1_800_000;

describe.each(databaseKindsOr("SQLite"))("on %s", (kind) => {
  let server: WithConsole;
  let databaseUrl: string;
  const time = { now: Date.now() };
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startWithConsole({ databaseUrl, clock: () => time.now });
  });
  // What was counted of logins is over.
  afterEach(() => {
    time.now += 2 * 3_600_000;
  });
  afterAll(() => server.close());

  test("a key with a scope of the console is exchanged for a cookie that no script, no other site and no plain connection has", async () => {
    const key = await makeKey(server, ["console:read"]);
    const browser = browserAt(server.consolePort);
    const answer = await browser.logIn(key.sid, key.secret);
    expect(answer.status).toBe(201);
    const [cookie = ""] = answer.headers["set-cookie"] as string[];
    const [, ...rules] = cookie.split("; ");
    expect(cookie).toMatch(/^__Host-countersign=[\w-]{43};/);
    expect(rules.sort()).toEqual(["HttpOnly", "Max-Age=28800", "Path=/", "SameSite=Strict", "Secure"]);
    const told = {
      mode: "production",
      account_sid: server.credentials.accountSid,
      actor: key.sid,
      scopes: ["console:read", "read"],
      csrf_token: expect.stringMatching(/^[\w-]{43}$/),
      version: "0.1.0",
      docs_url: "/docs/",
      date_expires: new Date(time.now + eightHours).toISOString().replace(/\.\d+/, ""),
    };
    expect(answer.body).toEqual(told);
    expect((await browser.get("/console/session")).body).toEqual(told);
    expect((await browser.get("/v2/Services")).status).toBe(200);
  });

  test("a session may do what its key may: reading is not writing", async () => {
    const reader = browserAt(server.consolePort);
    const key = await makeKey(server, ["console:read"]);
    await reader.logIn(key.sid, key.secret);
    const refusal = await reader.send("POST", "/v2/Services", { FriendlyName: "Acme" });
    expect(refusal).toMatchObject({ status: 403, body: { code: 20403, details: { missing_scope: "manage" } } });
    const writer = browserAt(server.consolePort);
    const other = await makeKey(server, ["console:write"]);
    await writer.logIn(other.sid, other.secret);
    expect((await writer.send("POST", "/v2/Services", { FriendlyName: "Acme" })).status).toBe(201);
  });

  test("without a scope of the console a key opens nothing, and hears what it lacks", async () => {
    const key = await makeKey(server, ["start", "check", "read", "manage"]);
    const answer = await browserAt(server.consolePort).logIn(key.sid, key.secret);
    expect(answer).toMatchObject({ status: 403, body: { code: 20403, details: { missing_scope: "console:read" } } });
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  test("an unknown sid and a wrong secret are answered alike", async () => {
    const { accountSid } = server.credentials;
    const answers = [
      await browserAt(server.consolePort).logIn("SKffffffffffffffffffffffffffffffff", "secret"),
      await browserAt(server.consolePort).logIn(accountSid, "secret"),
    ];
    const shown = answers.map(({ status, text, headers: { date: _, "twilio-request-id": __, ...headers } }) => ({
      status,
      text,
      headers,
    }));
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ status: 401, headers: { "www-authenticate": 'Session realm="console"' } });
  });

  test("it ends after eight hours, and after half an hour without a request", async () => {
    const { accountSid, authToken } = server.credentials;
    const browser = browserAt(server.consolePort);
    await browser.logIn(accountSid, authToken);
    for (let passed = 0; passed + 1_500_000 < eightHours; passed += 1_500_000) {
      time.now += 1_500_000;
      expect((await browser.get("/console/session")).status, `${passed}`).toBe(200);
    }
    time.now += 1_500_000;
    expect((await browser.get("/console/session")).status).toBe(401);

    await browser.logIn(accountSid, authToken);
    time.now += halfAnHour - 1;
    expect((await browser.get("/console/session")).status).toBe(200);
    time.now += halfAnHour;
    expect((await browser.get("/console/session")).status).toBe(401);
  });

  test("it ends with its key at once: taken back, rotated without an overlap, after its overlap, and at its expiry", async () => {
    const { accountSid } = server.credentials;
    const { accounts } = server.store;
    const by = { actor: "operator", address: null };
    const open = async (more = {}) => {
      const key = await makeKey(server, ["console:read"], more);
      const browser = browserAt(server.consolePort);
      expect((await browser.logIn(key.sid, key.secret)).status).toBe(201);
      return { ...key, status: async () => (await browser.get("/v2/Services")).status };
    };
    const revoked = await open();
    await accounts.revoke(accountSid, revoked.sid, by);
    expect(await revoked.status()).toBe(401);

    const rotated = await open();
    await rotated.rotate(0);
    expect(await rotated.status()).toBe(401);

    const overlapping = await open();
    await overlapping.rotate(60);
    expect(await overlapping.status()).toBe(200);
    time.now += 60_000;
    expect(await overlapping.status()).toBe(401);

    const expiring = await open({ expiresAt: time.now + 60_000 });
    expect(await expiring.status()).toBe(200);
    time.now += 60_000;
    expect(await expiring.status()).toBe(401);
  });

  test("fixation: a login makes a new session, whatever id the browser had, and ends that one", async () => {
    const { accountSid, authToken } = server.credentials;
    const attacker = browserAt(server.consolePort);
    await attacker.logIn(accountSid, authToken);
    const planted = attacker.jar.cookie;

    const victim = browserAt(server.consolePort);
    victim.jar.cookie = planted;
    await victim.logIn(accountSid, authToken);
    expect(victim.jar.cookie).not.toBe(planted);
    expect((await attacker.get("/console/session")).status).toBe(401);
    expect((await victim.get("/console/session")).status).toBe(200);

    const made = browserAt(server.consolePort);
    made.jar.cookie = `__Host-countersign=${"A".repeat(43)}`;
    await made.logIn(accountSid, authToken);
    expect(made.jar.cookie).not.toContain("A".repeat(43));
    expect((await made.get("/console/session")).status).toBe(200);
  });

  test("logging out ends it for whoever has the cookie", async () => {
    const { accountSid, authToken } = server.credentials;
    const browser = browserAt(server.consolePort);
    await browser.logIn(accountSid, authToken);
    const { cookie } = browser.jar;
    const answer = await browser.logOut();
    expect(answer.status).toBe(204);
    expect(answer.headers["set-cookie"]).toEqual([
      "__Host-countersign=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0",
    ]);
    expect((await browser.get("/console/session", { cookie })).status).toBe(401);
  });

  test("the trail tells who logged in, who logged out and who failed, and has no secret", async () => {
    const key = await makeKey(server, ["console:read"]);
    const browser = browserAt(server.consolePort);
    await browser.logIn(key.sid, "not this one");
    await browser.logIn(key.sid, key.secret);
    const { cookie, token } = browser.jar;
    await browser.logOut();
    const entries = async () =>
      (await server.store.audit.list(server.credentials.accountSid, { actor: key.sid }, { size: 9 })).items;
    await expect.poll(async () => (await entries()).length).toBe(3);
    const told = await entries();
    expect(told.map(({ action }) => action).sort()).toEqual(["logged_in", "logged_out", "login_failed"]);
    for (const entry of told) {
      expect(entry).toMatchObject({ resourceType: "console_session", resourceSid: key.sid, address: "127.0.0.1" });
      for (const secret of [key.secret, "not this one", cookie, token]) {
        expect(JSON.stringify(entry)).not.toContain(secret);
      }
    }
  });

  test("who reads the table has nothing to log in with", async () => {
    const { accountSid, authToken } = server.credentials;
    const browser = browserAt(server.consolePort);
    await browser.logIn(accountSid, authToken);
    const { cookie, token } = browser.jar;
    const text = await dump(databaseUrl);
    for (const secret of [cookie.split("=")[1] ?? "", token]) expect(text).not.toContain(secret);
    const [hash = ""] =
      /[\w-]{43}(?=[",)])/.exec(text.split("\n").find((line) => line.includes(accountSid)) ?? "") ?? [];
    for (const forged of new Set(text.match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [hash])) {
      const answer = await ask(server.consolePort, "/console/session", {
        headers: { ...ofOwnPage, cookie: `__Host-countersign=${forged}` },
      });
      expect(answer.status).toBe(401);
    }
  });

  test("on the API's port nobody logs in, and a cookie is nothing", async () => {
    const { accountSid, authToken } = server.credentials;
    const browser = browserAt(server.consolePort);
    await browser.logIn(accountSid, authToken);
    const { cookie, token } = browser.jar;
    const headers = { ...ofOwnPage, cookie, "x-csrf-token": token };
    for (const path of ["/console/session", "/v2/Services"]) {
      expect((await ask(server.port, path, { headers })).status, path).toBe(401);
    }
    const login = { method: "POST", form: { Sid: accountSid, Secret: authToken } };
    expect((await ask(server.port, "/console/session", { ...login, headers })).status).toBe(404);
    const authorization = authorizationOf(server.credentials);
    const byKey = { ...headers, authorization };
    expect((await ask(server.port, "/console/session", { headers: byKey })).body).toMatchObject({ csrf_token: null });
    expect((await ask(server.port, "/console/session", { method: "DELETE", headers: byKey })).status).toBe(204);
    expect((await browser.get("/console/session")).status).toBe(200);
  });

  test("brute force: from one address, and at one sid, only so many logins are tried, in all processes together", async () => {
    const other = await startWithConsole({ databaseUrl, clock: () => time.now, proxies: "127.0.0.1" });
    const key = await makeKey(server, ["console:read"]);
    const tryFrom = (address: string, sid: string) =>
      ask(other.consolePort, "/console/session", {
        method: "POST",
        headers: { ...ofOwnPage, "x-forwarded-for": address },
        form: { Sid: sid, Secret: "wrong" },
      });
    const unknownSid = (number: number) => `SK${String(number).padStart(32, "0")}`;
    // One address, IPv6 by its network, and always another sid; half of them at the other process.
    const own = browserAt(server.consolePort);
    const ofOneAddress = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => tryFrom("127.0.0.1", unknownSid(index))),
      ...Array.from({ length: 20 }, (_, index) => own.logIn(unknownSid(100 + index), "wrong")),
    ]);
    expect(counted(ofOneAddress)).toEqual({ 401: 10, 429: 30 });
    const ofOneNetwork = await Promise.all(
      Array.from({ length: 30 }, (_, index) => tryFrom(`2001:db8:1:2::${index + 1}`, unknownSid(200 + index))),
    );
    expect(counted(ofOneNetwork)).toEqual({ 401: 10, 429: 20 });
    // One sid, and always another address.
    const ofOneSid = await Promise.all(
      Array.from({ length: 30 }, (_, index) => tryFrom(`203.0.113.${index + 1}`, key.sid)),
    );
    expect(counted(ofOneSid)).toEqual({ 401: 10, 429: 20 });
    expect(ofOneSid.find(({ status }) => status === 429)?.body).toMatchObject({
      code: 20429,
      details: { retry_after_seconds: 60 },
    });
    // Who is right waits, too: else the answer would tell.
    expect(
      (await browserAt(other.consolePort, { "x-forwarded-for": "203.0.113.99" }).logIn(key.sid, key.secret)).status,
    ).toBe(429);
    await other.close();
  });
});

function counted(answers: { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
