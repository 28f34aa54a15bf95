import { operationsOf } from "@countersign/document";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledDocument } from "../src/http/bundled-document.ts";
import { authorizationOf } from "../test-support/api.ts";
import { ask, browserAt, ofOwnPage } from "../test-support/console.ts";
import { makeKey, startWithConsole, type WithConsole } from "../test-support/console-server.ts";
import { createAccount, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { asBrowsers, makePages } from "../test-support/pages.ts";

const proxySecret = "0123456789abcdef0123456789abcdef";
const lines: string[] = [];
let databases: TestDatabases;
let server: WithConsole;
let browser: ReturnType<typeof browserAt>;
beforeAll(async () => {
  databases = await startDatabases();
  server = await startWithConsole({
    databaseUrl: await databases.create("SQLite"),
    pages: makePages(),
    logger: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
  });
  browser = browserAt(server.consolePort);
  const { accountSid, authToken } = server.credentials;
  await browser.logIn(accountSid, authToken);
});
afterAll(async () => {
  await server.close();
  await databases.stop();
});

/** Every operation of an account, with the address that the document's examples give it. */
const operations = operationsOf(bundledDocument)
  .filter(({ operation: { security = bundledDocument.security ?? [] } }) => security.some((way) => "basicAuth" in way))
  .filter(({ operation }) => !operation.tags?.includes("Sandbox") && !("x-sandbox-only" in operation))
  .map(({ path, method, operation: { operationId }, parameters }) => ({
    operationId,
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(String(parameters.find((parameter) => parameter.name === name)?.example)),
    ),
  }));
const writes = operations.filter(({ method }) => method !== "GET");

describe("CSRF: whoever's page it is, a browser that is logged in changes nothing by", () => {
  test.each(writes.map((write) => [write.operationId, write] as const))("%s", async (_, { method, path }) => {
    const { cookie, token } = browser.jar;
    const form = {};
    const proven = { cookie, "x-csrf-token": token };
    const fromElsewhere = { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    const authorization = authorizationOf(server.credentials);
    for (const headers of [
      fromElsewhere,
      { ...fromElsewhere, "content-type": "text/plain" },
      { ...fromElsewhere, "x-csrf-token": token },
      { ...proven, "sec-fetch-site": "same-site" },
      { ...proven, "sec-fetch-site": "none" },
      // A browser that says nothing of it is too old to be believed.
      proven,
      { ...ofOwnPage, cookie },
      { ...ofOwnPage, cookie, "x-csrf-token": "" },
      { ...ofOwnPage, cookie, "x-csrf-token": `${token.slice(0, -1)}_` },
      { ...ofOwnPage, cookie, "x-csrf-token": "undefined" },
      // What a browser remembers of Basic is sent for everybody's page, too.
      { authorization, "sec-fetch-site": "cross-site" },
      { authorization, "sec-fetch-site": "same-site" },
    ]) {
      const answer = await ask(server.consolePort, path, { method, headers, form });
      expect([answer.status, answer.body.code], JSON.stringify(headers)).toEqual([401, 20003]);
    }
    // The same request of its own page gets past that, whatever it then lacks.
    if (path !== "/console/session") {
      const own = await ask(server.consolePort, path, { method, headers: { ...ofOwnPage, ...proven }, form });
      expect(own.status).not.toBe(401);
    }
  });

  test("it has one of each kind that the document has", () => {
    expect(writes.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(["createService", "updateVerification", "deleteBucket", "deleteConsoleSession"]),
    );
  });

  test("logging in: nobody logs a browser in from elsewhere", async () => {
    const { accountSid, authToken } = server.credentials;
    for (const site of ["cross-site", "same-site"]) {
      const answer = await ask(server.consolePort, "/console/session", {
        method: "POST",
        headers: { "sec-fetch-site": site },
        form: { Sid: accountSid, Secret: authToken },
      });
      expect([answer.status, answer.headers["set-cookie"]]).toEqual([401, undefined]);
    }
  });
});

test("nobody's page reads what the console shows: no answer lets another origin", async () => {
  const { cookie } = browser.jar;
  for (const { method, path } of operations.filter(({ method }) => method === "GET")) {
    const headers = { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const answer = await ask(server.consolePort, path, { method, headers });
    expect([path, answer.status, answer.headers["access-control-allow-origin"]]).toEqual([path, 401, undefined]);
  }
});

test("clickjacking: no page of it, right or wrong, can be put into a frame", async () => {
  for (const path of ["/", "/docs/", "/docs/errors/60203/", "/docs/none", "/docs"]) {
    const { headers } = await ask(server.consolePort, path, { headers: { accept: asBrowsers } });
    expect(String(headers["content-security-policy"]), path).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
  }
  const { headers } = await ask(server.consolePort, "/v2/Services", { headers: { accept: asBrowsers } });
  expect(headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  });
});

test("security 12: no code is in an answer, a cookie or a line of the log, and no secret of who logged in", async () => {
  const { accountSid, authToken } = server.credentials;
  const serviceSid = await server.api.createService({ CodeLength: "10" });
  const { body } = await server.api.start(serviceSid, { To: "+12025550123" });
  await server.api.start(serviceSid, { To: "ada@example.com", Channel: "email" });
  await server.api.check(serviceSid, { To: "+12025550123", Code: "0000000000" });
  const key = await makeKey(server, ["console:write"]);
  await browserAt(server.consolePort).logIn(key.sid, "a wrong secret");
  const answers = await Promise.all(
    operations
      .filter(({ method }) => method === "GET")
      .map(({ path }) =>
        browser.get(path.replaceAll(/VA0{30,}1/g, serviceSid).replaceAll(/VE[0-9a-f]{32}/g, body.sid ?? "")),
      ),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
  const texts = [...answers.map(({ text, headers }) => text + JSON.stringify(headers)), browser.jar.cookie, ...lines];
  expect(server.codes.size).toBe(2);
  const secrets = [
    ...server.codes,
    authToken,
    key.secret,
    "a wrong secret",
    browser.jar.token,
    browser.jar.cookie.split("=")[1] ?? "",
  ];
  expect(lines.length).toBeGreaterThan(100);
  for (const secret of server.codes) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  for (const secret of secrets) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  expect(lines.filter((line) => line.includes(accountSid))).toEqual([]);
});

describe("a proxy that signs people in", () => {
  const env = (proxies: string, accountSid: string) => ({
    COUNTERSIGN_CONSOLE_PROXIES: proxies,
    COUNTERSIGN_CONSOLE_PROXY_HEADER: "X-Forwarded-Email",
    COUNTERSIGN_CONSOLE_PROXY_SECRET: proxySecret,
    COUNTERSIGN_CONSOLE_PROXY_ACCOUNT: accountSid,
    COUNTERSIGN_CONSOLE_PROXY_PEOPLE: "Ann@example.com=console:write bob@example.com=console:read",
  });
  const open = async (proxies: string) => {
    const databaseUrl = await databases.create("SQLite");
    const { accountSid } = await createAccount(databaseUrl);
    return startWithConsole({ databaseUrl, env: env(proxies, accountSid) });
  };
  const says = (name: string, secret = proxySecret) => ({
    "x-forwarded-email": name,
    "countersign-proxy-secret": secret,
    "x-forwarded-for": "203.0.113.7, 198.51.100.9",
  });

  test("is believed, and people may do what is said of them, under a token as with a cookie", async () => {
    const behind = await open("127.0.0.1 ::1");
    const ann = browserAt(behind.consolePort, says("ANN@example.com"));
    const { status, body } = await ann.get("/console/session");
    expect([status, body.actor, body.date_expires]).toEqual([200, "ann@example.com", null]);
    expect(body.scopes).toEqual(expect.arrayContaining(["console:write", "console:read", "manage", "read"]));
    expect((await ann.send("POST", "/v2/Services", { FriendlyName: "Acme" })).status).toBe(401);
    ann.jar.token = body.csrf_token;
    expect((await ann.send("POST", "/v2/Services", { FriendlyName: "Acme" })).status).toBe(201);
    expect((await ann.send("POST", "/v2/Services", {}, { "sec-fetch-site": "cross-site" })).status).toBe(401);
    const { items } = await behind.store.audit.list(body.account_sid, {}, { size: 1 });
    expect(items).toMatchObject([{ actor: "ann@example.com", address: "198.51.100.9", action: "created" }]);

    const bob = browserAt(behind.consolePort, says("bob@example.com"));
    const told = (await bob.get("/console/session")).body;
    bob.jar.token = told.csrf_token;
    expect(told.csrf_token).not.toBe(body.csrf_token);
    expect((await bob.send("POST", "/v2/Services", { FriendlyName: "Acme" })).status).toBe(403);
    await behind.close();
  });

  test("is not believed without its secret, of somebody unknown, or when two names come", async () => {
    const behind = await open("127.0.0.1 ::1");
    for (const headers of [
      says("ann@example.com", "0123456789abcdef0123456789abcdeX"),
      says("ann@example.com", ""),
      { "x-forwarded-email": "ann@example.com" },
      says("eve@example.com"),
      says("*"),
      says(""),
      says("eve@example.com, ann@example.com"),
      says("ann@example.com bob@example.com"),
    ]) {
      const { status } = await browserAt(behind.consolePort, headers).get("/console/session");
      expect(status, JSON.stringify(headers)).toBe(401);
    }
    // Nor at the port of the API.
    expect(
      (await ask(behind.port, "/v2/Services", { headers: { ...ofOwnPage, ...says("ann@example.com") } })).status,
    ).toBe(401);
    await behind.close();
  });

  test("is not believed from an address that is not listed, whatever it says of where it is", async () => {
    const elsewhere = await open("10.0.0.5 fd00::/8");
    const headers = { ...says("ann@example.com"), "x-forwarded-for": "10.0.0.5", forwarded: "for=10.0.0.5" };
    expect((await browserAt(elsewhere.consolePort, headers).get("/console/session")).status).toBe(401);
    await elsewhere.close();
  });
});
