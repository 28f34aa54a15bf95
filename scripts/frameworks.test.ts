import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Client, createClient } from "@countersign/client";
import { type Sandbox, startSandbox } from "@countersign/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createAuth } from "../apps/examples/better-auth/auth.ts";
import { createApp as createExpress } from "../apps/examples/express/app.ts";
import { createApp as createFastify } from "../apps/examples/fastify/app.ts";
import { createApp as createHono } from "../apps/examples/hono/app.ts";
// The tests that the guide to the login form shows.
import "../apps/examples/hono/app.test.ts";

/** One for all programs. Each test begins anew. */
let sandbox: Sandbox;
let servers: Record<"Express" | "Fastify", Listening>;
beforeAll(async () => {
  sandbox = await startSandbox();
  const parts = { ...sandbox, secret };
  servers = { Express: await listenExpress(parts), Fastify: await listenFastify(parts) };
});
beforeEach(() => sandbox.reset());
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  for (const { close } of Object.values(servers)) close();
  await sandbox.close();
});

/** What a person does at a program. Each gives what the program shows then. */
interface Visitor {
  start(to: string): Promise<string>;
  again(): Promise<string>;
  check(code: string): Promise<string>;
  look(): Promise<string>;
}

type Ask = (path: string, init?: RequestInit) => Response | Promise<Response>;

const notRight = "That code is not right.";
const secret = "a secret of 32 letters, as it is.";
const withSessions = ["Express", "Fastify"] as const;
const programs: [name: string, visit: () => Visitor, wrongCode: string][] = [
  ...withSessions.map((name): (typeof programs)[number] => [name, () => byForms(servers[name].ask), notRight]),
  ["Hono", () => byForms(createHono({ ...sandbox, secret }).request), notRight],
  ["better-auth", () => atBetterAuth(createAuth({ ...sandbox, secret, baseURL: site }).handler), "Invalid OTP"],
];
const to = "+14155552671";

describe.each(programs)("a log-in with %s", (_, visit, wrongCode) => {
  test("lets in by the right code, however it is typed, and nobody by the session alone", async () => {
    const [ada, eve] = [visit(), visit()];
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    expect(await ada.look()).not.toMatch(isIn);
    expect(await eve.check(code)).not.toMatch(isIn);
    await ada.check(code.replace(/(?<=^...)/, " "));
    expect(await ada.look()).toMatch(isIn);
    expect(await eve.look()).not.toMatch(isIn);
  });

  test("says of a wrong code that it is wrong, and takes the right one after it", async () => {
    const ada = visit();
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    expect(await ada.check(`${(Number(code[0]) + 1) % 10}${code.slice(1)}`)).toContain(wrongCode);
    expect(await ada.check("no digits at all")).toMatch(/Type the digits|Invalid OTP/);
    expect(await ada.look()).not.toMatch(isIn);
    await ada.check(code);
    expect(await ada.look()).toMatch(isIn);
  });

  test("sends the same code again, and says when five were sent, of which the last is still good", async () => {
    const ada = visit();
    await ada.start(to);
    const first = await sandbox.inbox.code(to);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    await ada.again();
    expect(await sandbox.inbox.code(to)).toBe(first);
    for (let sends = 3; sends <= 5; sends++) await ada.start(to);
    expect(await ada.start(to)).toMatch(
      /We sent five messages. Their code is still good. There can be another in \d+ minutes./,
    );
    expect(await sandbox.inbox.all(to)).toHaveLength(5);
    await ada.check(first);
    expect(await ada.look()).toMatch(isIn);
  });

  test("says of a code that has expired to ask for another", async () => {
    const ada = visit();
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    await sandbox.clock.advance({ minutes: 11 });
    expect(await ada.check(code)).toContain("That code is not good any more. Ask for another one.");
    expect(await ada.look()).not.toMatch(isIn);
  });

  test("looks at no sixth code after five wrong ones, the right one included", async () => {
    const ada = visit();
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    const wrong = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
    for (let checks = 1; checks <= 4; checks++) expect(await ada.check(wrong)).toContain(wrongCode);
    expect(await ada.check(wrong)).toContain("There were too many wrong codes.");
    expect(await ada.check(code)).toContain("There were too many wrong codes.");
    expect(await ada.look()).not.toMatch(isIn);
  });

  test.each([
    [60205, "Have us call it."],
    [60410, "Try again in"],
    [60605, "We cannot send a code there."],
    [60223, "We cannot send it this way now."],
    [20503, "That did not work. Try again in a minute."],
  ] as const)("says what to do when the service refuses to send, as with %i", async (code, words) => {
    expect(await visit().start(sandbox.outcome(code))).toContain(words);
  });

  test.each(["+1555", "no number", ""])("takes %j for no number, and says so", async (typed) => {
    expect(await visit().start(typed)).toMatch(/Type (the|your) number|Invalid phone number/);
    expect(await sandbox.inbox.all()).toEqual([]);
  });

  test("says nothing of what only the program's own people can mend", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const told = await visit().start(sandbox.outcome(60204));
    expect(told).not.toMatch(/60204|feature/);
    log.mockRestore();
  });
});

test.each<[string, (client: Client) => Visitor]>([
  ["Hono", (client) => byForms(createHono({ ...sandbox, client, secret }).request)],
  ["better-auth", (client) => atBetterAuth(createAuth({ ...sandbox, client, secret, baseURL: site }).handler)],
])(
  "a log-in with %s outlives a service that is out of reach, and says nothing of it to the person",
  async (_, visit) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const told = await visit(outOfReach()).start(to);
    expect(told).toMatch(/Something went wrong here. Try again in a minute.|^$/);
    expect(log).toHaveBeenCalled();
    log.mockRestore();
  },
);

function outOfReach(): Client {
  const fetch = () => Promise.reject(new TypeError("fetch failed: 10.0.0.7 refused"));
  return createClient({ accountSid: "AC00000000000000000000000000000001", authToken: "x", fetch });
}

test("a cookie of Hono's says what it was signed for, and a form of another site's is not taken", async () => {
  const { request } = createHono({ ...sandbox, secret });
  const body = new URLSearchParams({ to });
  const own = { origin: site };
  const asked = await request(`${site}/start`, { method: "POST", headers: own, body });
  const cookie = asked.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(asked.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict$/);
  expect(asked.headers.get("cache-control")).toBe("no-store");
  const long = new URLSearchParams({ to: "1".repeat(20_000) });
  const headers = { ...own, "content-length": String(long.toString().length) };
  expect((await request(`${site}/start`, { method: "POST", headers, body: long })).status).toBe(413);
  const look = async (cookie: string) => (await request("/", { headers: { cookie } })).text();
  expect(await look(cookie)).toContain(`The code that we sent to ${to}`);
  expect(await look(cookie.replace("%22to%22", "%22user%22"))).toContain("Your phone number");
  const noForm = { ...own, "content-type": "multipart/form-data; boundary=abc" };
  expect((await request(`${site}/start`, { method: "POST", headers: noForm, body: "x" })).status).toBe(400);
  const others = { origin: "https://example.com", "sec-fetch-site": "cross-site" };
  expect((await request(`${site}/start`, { method: "POST", headers: others, body })).status).toBe(403);
});

describe.each(withSessions)("the session of a log-in with %s", (name) => {
  const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
  });
  const cookieOf = ({ headers }: Response) => headers.getSetCookie()[0]?.split(";")[0] ?? "";

  test("is for the program's pages alone, and another once somebody is let in", async () => {
    const { ask } = servers[name];
    expect((await ask("/")).headers.getSetCookie(), "of who has done nothing").toEqual([]);
    const started = await ask("/start", form({ to }));
    expect(started.headers.getSetCookie()[0]).toMatch(/; HttpOnly; SameSite=(Strict|Lax)$/);
    expect(started.headers.get("cache-control")).toBe("no-store");
    const before = cookieOf(started);
    const checked = await ask("/check", form({ code: await sandbox.inbox.code(to) }, { cookie: before }));
    expect(cookieOf(checked)).not.toBe(before);
    const look = async (cookie: string) => (await ask("/", { headers: { cookie } })).text();
    expect(await look(cookieOf(checked))).toMatch(isIn);
    expect(await look(before)).toContain("Your phone number");
    await ask("/leave", form({}, { cookie: cookieOf(checked) }));
    expect(await look(cookieOf(checked))).toContain("Your phone number");
  });

  test("is of no form of another site's, and a form that cannot be read changes nothing", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { ask } = servers[name];
    const others = await ask("/start", form({ to }, { "sec-fetch-site": "cross-site" }));
    const json = await ask("/start", {
      method: "POST",
      body: `{"to":"${to}`,
      headers: { "content-type": "text/plain" },
    });
    const long = await ask("/start", form({ to: "1".repeat(2_000_000) }));
    expect([others.status, json.status < 500, long.status]).toEqual([403, true, 413]);
    const places = ["/nowhere", "/favicon.ico", "/%zz"].map(async (path) => (await ask(path)).status);
    for (const status of await Promise.all(places)) expect([400, 404]).toContain(status);
    expect(await sandbox.inbox.all()).toEqual([]);
    log.mockRestore();
  });

  test("outlives a service that is out of reach, of which the person is told no more than to try again", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const parts = { ...sandbox, client: outOfReach(), secret };
    const { ask, close } = await (name === "Express" ? listenExpress : listenFastify)(parts);
    const response = await ask("/start", form({ to }));
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/Something went wrong here. Try again in a minute.(?!.*10\.0)/s);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
    close();
  });
});

interface Listening {
  ask: Ask;
  close: () => void;
}

async function listenExpress(parts: Parameters<typeof createExpress>[0]): Promise<Listening> {
  const server = createExpress(parts).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { ask: askAt(`http://127.0.0.1:${port}`), close: () => void server.close().closeAllConnections() };
}

async function listenFastify(parts: Parameters<typeof createFastify>[0]): Promise<Listening> {
  const app = await createFastify(parts);
  return { ask: askAt(await app.listen({ port: 0, host: "127.0.0.1" })), close: () => void app.close() };
}

const askAt =
  (base: string): Ask =>
  (path, init) =>
    fetch(new URL(path, base), { ...init, redirect: "manual" });

const site = "http://localhost";
const isIn = /You are logged in as \+14155552671|"phoneNumber":"\+14155552671"/;

/** A program whose pages have forms. What is shown is the page's text. */
function byForms(ask: Ask): Visitor {
  const go = keepingCookies(ask);
  const read = async (response: Response) => (await response.text()).replace(/<[^>]*>/g, "");
  const post = async (path: string, fields: Record<string, string>) => {
    const response = await go(path, { method: "POST", body: new URLSearchParams(fields) });
    return read(response.status === 303 ? await go(response.headers.get("location") ?? "") : response);
  };
  return {
    start: (to) => post("/start", { to }),
    again: () => post("/start", {}),
    check: (code) => post("/check", { code }),
    look: async () => read(await go("/")),
  };
}

/** better-auth's own addresses, which its client calls. What is shown is the message of an error. */
function atBetterAuth(handler: (request: Request) => Promise<Response>): Visitor {
  const go = keepingCookies((path, init) => handler(new Request(`${site}/api/auth${path}`, init)));
  const post = async (path: string, fields: object) => {
    const headers = { "content-type": "application/json" };
    return (await go(path, { method: "POST", headers, body: JSON.stringify(fields) })).text();
  };
  let phoneNumber = "";
  const send = () => post("/phone-number/send-otp", { phoneNumber });
  return {
    start(to) {
      phoneNumber = to;
      return send();
    },
    again: send,
    check: (code) => post("/phone-number/verify", { phoneNumber, code }),
    look: async () => (await go("/get-session")).text(),
  };
}

function keepingCookies(ask: Ask): Ask {
  const cookies = new Map<string, string>();
  return async (path, init = {}) => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const headers = { ...init.headers, cookie, origin: site, "sec-fetch-site": "same-origin" };
    const response = await ask(path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
}
