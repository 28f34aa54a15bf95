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

/** One for all programs. Each test begins anew, with a number that nobody has asked a code for. */
let sandbox: Sandbox;
let servers: Record<"Express" | "Fastify" | "Hono", Listening>;
let auth: ReturnType<typeof createAuth>;
let to = "+14155552670";
beforeAll(async () => {
  sandbox = await startSandbox();
  const parts = { ...sandbox, secret };
  const Hono = { ask: createHono(sandbox).request, host: "localhost", close: () => undefined };
  servers = { Express: await listenExpress(parts), Fastify: await listenFastify(parts), Hono };
  auth = createAuth({ ...parts, baseURL: site });
});
beforeEach(async () => {
  await sandbox.reset();
  to = `+${Number(to) + 1}`;
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  for (const { close } of Object.values(servers)) close();
  await sandbox.close();
});

/** What a person does at a program. Each gives what the program shows then. */
interface Visitor {
  start(to: string): Promise<string>;
  /** Goes back to where a number is typed. */
  back(): Promise<unknown>;
  again(): Promise<string>;
  check(code: string): Promise<string>;
  look(): Promise<string>;
}

type Ask = (path: string, init?: RequestInit) => Response | Promise<Response>;

const notRight = "That code is not right.";
const secret = "a secret of 32 letters, as it is.";
const withSessions = ["Express", "Fastify", "Hono"] as const;
const programs: [name: string, visit: () => Visitor, wrongCode: string][] = [
  ...withSessions.map((name): (typeof programs)[number] => [name, () => byForms(servers[name].ask), notRight]),
  ["better-auth", () => atBetterAuth(auth.handler), "Invalid OTP"],
];

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
    for (const seconds of [30, 60, 120, 240]) {
      goOn(seconds);
      await ada.again();
      expect(await sandbox.inbox.code(to)).toBe(first);
    }
    expect(await ada.again()).toMatch(
      /We sent five messages. Their code is still good. There can be another in \d+ minutes./,
    );
    expect(await sandbox.inbox.all(to)).toHaveLength(5);
    await ada.check(first);
    expect(await ada.look()).toMatch(isIn);
  });

  test("sends nothing to a number that is typed in anew before its wait is over, by whomever and in whatever way", async () => {
    const [ada, eve] = [visit(), visit()];
    goOn(0);
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    await ada.back();
    const waits = "Another code can be sent in 30 seconds. It is the same code.";
    expect(await ada.start(to)).toContain(waits);
    expect(await eve.start(to)).toContain(waits);
    const inOtherWays = [to.replace(/^\+(.)(...)(...)/, "+$1 ($2) $3-"), to.replace("+", "00")];
    if (wrongCode === notRight) for (const typed of inOtherWays) expect(await ada.start(typed)).toContain(waits);
    expect(await sandbox.inbox.all(to)).toHaveLength(1);
    goOn(30);
    await ada.start(to);
    expect(await sandbox.inbox.all(to)).toHaveLength(2);
    expect(await eve.start(to)).toContain("Another code can be sent in 60 seconds.");
    await eve.check(code);
    expect(await eve.look(), "who was told to wait may type the code all the same").toMatch(isIn);
  });

  test("says of a code that has expired to ask for another, and sends it at once", async () => {
    const ada = visit();
    await ada.start(to);
    const code = await sandbox.inbox.code(to);
    await sandbox.clock.advance({ minutes: 11 });
    expect(await ada.check(code)).toContain("That code is not good any more. Ask for another one.");
    expect(await ada.look()).not.toMatch(isIn);
    await ada.again();
    await ada.check(await sandbox.inbox.code(to));
    expect(await ada.look()).toMatch(isIn);
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
    [60205, /Have us call it\.|Take another number\./],
    [60410, "Try again in"],
    [60605, "We cannot send a code there."],
    [60223, "We cannot send it this way now."],
    [20503, "That did not work. Try again in a minute."],
  ] as const)("says what to do when the service refuses to send, as with %i", async (code, words) => {
    expect(await visit().start(sandbox.outcome(code))).toMatch(words);
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
  ["Hono", (client) => byForms(createHono({ ...sandbox, client }).request)],
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

describe.each(withSessions)("the session of a log-in with %s", (name) => {
  const own = { "sec-fetch-site": "same-origin" };
  const form = (fields: Record<string, string>, headers: Record<string, string> = own) => ({
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
  });
  const cookieOf = ({ headers }: Response) => headers.getSetCookie()[0]?.split(";")[0] ?? "";

  test("is for the program's pages alone, another once somebody is let in, and good for nothing after the log-out", async () => {
    const { ask } = servers[name];
    expect((await ask("/")).headers.getSetCookie(), "of who has done nothing").toEqual([]);
    const started = await ask("/start", form({ to }));
    expect(started.headers.getSetCookie()[0]).toMatch(/; HttpOnly; SameSite=(Strict|Lax)$/);
    expect(started.headers.get("cache-control")).toBe("no-store");
    const before = cookieOf(started);
    const code = await sandbox.inbox.code(to);
    const checked = await ask("/check", form({ code }, { ...own, cookie: before }));
    expect(cookieOf(checked)).not.toBe(before);
    const look = async (cookie: string) => (await ask("/", { headers: { cookie } })).text();
    expect(await look(cookieOf(checked))).toMatch(isIn);
    expect(await look(before)).toContain("Your phone number");
    await ask("/leave", form({}, { ...own, cookie: cookieOf(checked) }));
    expect(await look(cookieOf(checked))).toContain("Your phone number");
  });

  test("is of no form of another site's, nor of one that does not say whose it is", async () => {
    const { ask, host } = servers[name];
    const statusOf = async (headers: Record<string, string>) => (await ask("/start", form({ to: "" }, headers))).status;
    const others = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", origin: "https://example.com" },
      // An old browser's, or any browser's where the page is neither https nor at localhost.
      { origin: "https://example.com" },
      { origin: "null" },
      {},
    ];
    for (const headers of others) expect(await statusOf(headers), JSON.stringify(headers)).toBe(403);
    for (const headers of [own, { origin: `http://${host}` }])
      expect(await statusOf(headers), JSON.stringify(headers)).toBe(422);
    expect((await ask("/", { headers: { "sec-fetch-site": "cross-site" } })).status, "a link leads there").toBe(200);
    const { headers } = await ask("/");
    expect(headers.get("referrer-policy"), "else browsers say nothing of a form of ours").toBe("same-origin");
  });

  test("has nothing of a form that cannot be read", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { ask } = servers[name];
    const post = (type: string, body: string) =>
      ask("/start", { method: "POST", body, headers: { ...own, "content-type": type } });
    const json = await post("text/plain", `{"to":"${to}`);
    const parts = await post("multipart/form-data; boundary=abc", "x");
    const long = await ask("/start", form({ to: "1".repeat(2e6) }, { ...own, "content-length": String(2e6 + 3) }));
    expect([json.status < 500, parts.status < 500, long.status]).toEqual([true, true, 413]);
    const places = ["/nowhere", "/favicon.ico", "/%zz"].map(async (path) => (await ask(path)).status);
    for (const status of await Promise.all(places)) expect([400, 404]).toContain(status);
    expect(await sandbox.inbox.all()).toEqual([]);
    log.mockRestore();
  });
});

test.each(["Express", "Fastify"] as const)(
  "a log-in with %s outlives a service that is out of reach, of which the person is told no more than to try again",
  async (name) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const parts = { ...sandbox, client: outOfReach(), secret };
    const { ask, close } = await (name === "Express" ? listenExpress : listenFastify)(parts);
    const headers = { "sec-fetch-site": "same-origin" };
    const response = await ask("/start", { method: "POST", body: new URLSearchParams({ to }), headers });
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/Something went wrong here. Try again in a minute.(?!.*10\.0)/s);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
    close();
  },
);

interface Listening {
  ask: Ask;
  host: string;
  close: () => void;
}

async function listenExpress(parts: Parameters<typeof createExpress>[0]): Promise<Listening> {
  const server = createExpress(parts).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { ask: askAt(`http://${host}`), host, close: () => void server.close().closeAllConnections() };
}

async function listenFastify(parts: Parameters<typeof createFastify>[0]): Promise<Listening> {
  const app = await createFastify(parts);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { ask: askAt(url), host: new URL(url).host, close: () => void app.close() };
}

const askAt =
  (base: string): Ask =>
  (path, init) =>
    fetch(new URL(path, base), { ...init, redirect: "manual" });

const site = "http://localhost";
const isIn = /You are logged in as \+1415555\d{4}|"phoneNumber":"\+1415555\d{4}"/;

/** Stops the clock of the program and of the service these seconds ahead. */
function goOn(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
}

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
    back: () => post("/leave", {}),
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
    back: () => Promise.resolve(),
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
