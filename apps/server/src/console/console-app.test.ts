import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorizationOf } from "../../test-support/api.ts";
import { startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { takeDepartures } from "../../test-support/departures.ts";
import { asBrowsers, makePages } from "../../test-support/pages.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { readConsole } from "./settings.ts";

let databases: TestDatabases;
let server: ProductionServer;
let authorization: string;
beforeAll(async () => {
  databases = await startDatabases();
  const { console } = readConsole({
    COUNTERSIGN_CONSOLE_PORT: "0",
    COUNTERSIGN_CONSOLE_URL: "https://console.example.com",
  });
  server = await startProduction({
    databaseUrl: await databases.create("SQLite"),
    secret: "a secret that is long enough, and nobody's",
    ...(console && { console: { ...console, pages: makePages() } }),
  });
  authorization = authorizationOf(server.credentials);
});
afterAll(async () => {
  await server.close();
  await databases.stop();
});

describe("the console's own port", () => {
  test("has its page, the docs, and the operations of v2, while the API's port has no page", async () => {
    const paths = ["/", "/assets/plain.js", "/docs/"];
    const browser = { accept: asBrowsers };
    const [ofConsole, ofApi] = await Promise.all(
      [server.consolePort, server.port].map((port) => Promise.all(paths.map((path) => ask(port, path, browser)))),
    );
    expect(ofConsole?.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ofApi?.map(({ status }) => status)).toEqual([404, 404, 404]);
    for (const query of ["", "?from=mail"]) {
      const { status, headers } = await ask(server.consolePort, `/docs${query}`, browser);
      expect([status, headers.location]).toEqual([301, `/docs/${query}`]);
    }
    expect((await ask(server.consolePort, "/v2/Services", { authorization })).status).toBe(200);
  });

  test("has neither v1 nor receipts nor figures nor the sandbox's powers", async () => {
    for (const path of [
      "/protected/json/app/details",
      "/gateway/receipts",
      "/metrics",
      "/readyz",
      "/sandbox/messages",
    ]) {
      expect((await ask(server.consolePort, path, { authorization })).status, path).toBe(404);
    }
    // Where there is an operation, it has no such answer.
    expect(takeDepartures()).toEqual(["fetchApplicationDetails does not document 404"]);
  });

  test("asks no browser for a password in a dialog, as the API does", async () => {
    expect((await ask(server.consolePort, "/v2/Services")).headers["www-authenticate"]).toBe('Session realm="console"');
    expect((await ask(server.port, "/v2/Services")).headers["www-authenticate"]).toMatch(/^Basic/);
  });

  test.each([
    "console.example.com",
    "CONSOLE.example.com:443",
    "localhost",
    "127.0.0.1:4013",
    "[::1]:4013",
    "a.localhost",
  ])("answers at the name %s", async (host) => {
    expect((await ask(server.consolePort, "/", { accept: asBrowsers, host })).status).toBe(200);
  });

  test.each([
    "rebound.example",
    "console.example.com.rebound.example",
    "localhost.rebound.example",
    "127.0.0.1.rebound.example",
    "rebound.example:localhost",
    "xconsole.example.com",
    "10.0.0.1",
    "0.0.0.0",
    "[::]",
  ])("rebinding: serves nothing at the name %j, which somebody may have lead here", async (host) => {
    for (const path of ["/", "/docs/", "/assets/plain.js", "/v2/Services"]) {
      const answer = await ask(server.consolePort, path, { accept: asBrowsers, authorization, host });
      expect(answer.status, path).toBe(400);
      expect(JSON.parse(answer.text), path).toMatchObject({ code: 60200, message: "Invalid parameter: Host" });
    }
    expect((await ask(server.port, "/v2/Services", { authorization, host })).status).toBe(200);
  });
});

test("what is set of the console is read with every problem by its name, and without a port there is none", () => {
  expect(readConsole({}).console).toBeUndefined();
  expect(readConsole({ COUNTERSIGN_CONSOLE_PORT: "4013" })).toEqual({
    console: { port: 4013, host: "127.0.0.1", url: undefined, proxies: [], proxy: undefined },
    problems: [],
  });
  for (const [name, values] of Object.entries({
    COUNTERSIGN_CONSOLE_PORT: ["x", "70000"],
    COUNTERSIGN_CONSOLE_URL: [
      "console.example.com",
      "http://example.com",
      "https://a.example/path",
      "https://u@a.example",
    ],
    COUNTERSIGN_CONSOLE_PROXIES: ["proxy.example", "10.0.0.0/33", "10.0.0.1,10.0.0.2"],
  })) {
    for (const value of values) {
      const { problems } = readConsole({ COUNTERSIGN_CONSOLE_PORT: "4013", [name]: value });
      expect(problems, value).toEqual([expect.stringContaining(name)]);
      expect(problems[0], value).not.toContain(value);
    }
  }
});

test("a proxy that signs people in is believed when all is said of it, and else the start says what is missing", () => {
  const whole = {
    COUNTERSIGN_CONSOLE_PORT: "4013",
    COUNTERSIGN_CONSOLE_PROXIES: "10.0.0.5 fd00::/8",
    COUNTERSIGN_CONSOLE_PROXY_HEADER: "X-Forwarded-Email",
    COUNTERSIGN_CONSOLE_PROXY_SECRET: "0123456789abcdef0123456789abcdef",
    COUNTERSIGN_CONSOLE_PROXY_ACCOUNT: "AC00000000000000000000000000000001",
    COUNTERSIGN_CONSOLE_PROXY_PEOPLE: "Ann@example.com=console:write *=console:read",
  };
  expect(readConsole(whole)).toMatchObject({
    console: {
      proxies: [
        [{ octets: [10, 0, 0, 5] }, 32],
        [{ parts: [0xfd00, 0, 0, 0, 0, 0, 0, 0] }, 8],
      ],
      proxy: {
        header: "x-forwarded-email",
        people: new Map([
          ["ann@example.com", "console:write"],
          ["*", "console:read"],
        ]),
      },
    },
    problems: [],
  });
  for (const name of Object.keys(whole).filter((name) => name !== "COUNTERSIGN_CONSOLE_PORT")) {
    const { [name as keyof typeof whole]: _, ...rest } = whole;
    expect(readConsole(rest).problems, name).toEqual([`${name} is missing, without which no proxy is believed.`]);
  }
  for (const people of ["ann", "=console:read", "ann=manage", "ann=", ""]) {
    expect(readConsole({ ...whole, COUNTERSIGN_CONSOLE_PROXY_PEOPLE: people }).problems, people).not.toEqual([]);
  }
});

/** Sends headers as they are, Host included. */
function ask(port: number | undefined, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      request({ port, path, headers }, async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      })
        .on("error", reject)
        .end();
    },
  );
}
