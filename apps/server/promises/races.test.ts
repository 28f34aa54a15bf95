import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { codeOf as shownBy } from "../test-support/authenticator.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { enrolledDevice } from "../test-support/device.ts";
import { origin as passkeyOrigin, passkeysOf } from "../test-support/passkeys.ts";
import { type SandboxProcess, startSandboxProcess } from "../test-support/sandbox-process.ts";

const transaction = { Amount: "39.99 EUR", Payee: "Acme Books" };

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("one process on %s", (kind) => {
  let sandbox: Running;
  let apis: Api[];
  beforeAll(async () => {
    sandbox = await startSandbox({ databaseUrl: await databases.create(kind) });
    apis = [apiOf(sandbox.url)];
  });
  afterAll(() => sandbox.close());

  test("security 6: it lives ten minutes; a second start sends the same code again and extends nothing", async () => {
    const [api] = apis as [Api];
    const To = "+14155552601";
    const starts = await atOnce(3, apis, (each) => each.start(serviceSid, { To }));
    const sids = new Set(starts.map(({ body }) => body.sid));
    expect(sids.size).toBe(1);
    await api.call("POST", "/sandbox/clock", { Seconds: "590" });
    const again = await api.start(serviceSid, { To, Channel: "call" });
    expect(sids).toContain(again.body.sid);
    expect(again.body.send_code_attempts).toHaveLength(4);
    const codes = (await api.messages(To)).map(({ code }) => code);
    expect(codes).toEqual(Array(4).fill(codes[0]));

    await api.call("POST", "/sandbox/clock", { Seconds: "11" });
    const late = await api.check(serviceSid, { To, Code: codes[0] ?? "" });
    expect([late.status, late.body.code, late.body.details]).toEqual([404, 20404, { reason: "expired" }]);
    expect(sids).not.toContain((await api.start(serviceSid, { To })).body.sid);
  });

  test("security 7: of 500 wrong checks at once five are evaluated, and the right code is refused afterwards", () =>
    expectFiveChecks(apis, "+14155552602"));

  test("security 8: of 200 right checks at once one is approved", () => expectOneApproval(apis, "+14155552603"));

  test("security 9: of 50 starts at once five send a message", () => expectFiveSends(apis, "+14155552604"));

  test("of 30 wrong codes at once for a new factor five are evaluated, and of 30 imports of one secret one is made", () =>
    expectFiveTries(apis, "person-00002601"));

  test("of 200 right codes of one step at once, on one challenge or on many, one is approved, and each other that is looked at counts", () =>
    expectOneUse(apis));

  test("of 300 answers of a phone at once, half of them denials, one counts", () => expectOneAnswer(apis));

  test("security 10: a code is good for its service, recipient, amount and payee, and for no other", async () => {
    const [api] = apis as [Api];
    const longest = { CodeLength: "10" };
    const [one, two] = [await api.createService(longest), await api.createService(longest)];
    const [ada, bob] = ["+14155552605", "+14155552606"];
    const [code, codeOfBob, codeOfTwo] = [
      await codeOf(api, one, ada),
      await codeOf(api, one, bob),
      await codeOf(api, two, ada),
    ];
    const swaps = [
      await api.check(one, { To: ada, Code: codeOfTwo }),
      await api.check(two, { To: ada, Code: code }),
      await api.check(one, { To: bob, Code: code }),
      await api.check(one, { To: ada, Code: codeOfBob }),
    ];
    expect(swaps.map(({ body }) => body.status)).toEqual(Array(4).fill("pending"));
    expect((await api.check(one, { To: ada, Code: code })).body.status).toBe("approved");

    const psd2 = await api.createService({ Psd2Enabled: "true", CustomCodeEnabled: "true" });
    const right = { To: ada, Code: "AB12CD34", ...transaction };
    await api.start(psd2, { To: ada, CustomCode: right.Code, ...transaction });
    // The same characters, split in another place, are another transaction.
    const others = [{ Amount: "93.99 EUR" }, { Payee: "Acme Book" }, { Amount: "39.99 EURA", Payee: "cme Books" }];
    for (const other of others) expect((await api.check(psd2, { ...right, ...other })).body.status).toBe("pending");
    expect((await api.check(psd2, { To: ada, Code: right.Code })).body.code).toBe(60206);
    expect((await api.start(psd2, { To: ada, ...transaction, Amount: "1 EUR" })).status).toBe(400);
    expect((await api.check(psd2, right)).body.status).toBe("approved");
  });
});

describe("three processes on one PostgreSQL", () => {
  const processes: SandboxProcess[] = [];
  let apis: Api[];
  beforeAll(async () => {
    const databaseUrl = await databases.create("PostgreSQL");
    const secret = randomBytes(32).toString("base64url");
    // The first one makes the tables and the account.
    processes.push(await startSandboxProcess({ databaseUrl, secret }));
    processes.push(...(await Promise.all([1, 2].map(() => startSandboxProcess({ databaseUrl, secret })))));
    apis = processes.map(({ url }) => apiOf(url));
  });
  afterAll(() => Promise.all(processes.map((each) => each.kill())));

  test("security 7: of 500 wrong checks at once five are evaluated, and the right code is refused afterwards", () =>
    expectFiveChecks(apis, "+14155552602"));

  test("security 8: of 200 right checks at once one is approved", () => expectOneApproval(apis, "+14155552603"));

  test("security 9: of 50 starts at once five send a message", () => expectFiveSends(apis, "+14155552604"));

  test("of 30 wrong codes at once for a new factor five are evaluated, and of 30 imports of one secret one is made", () =>
    expectFiveTries(apis, "person-00002601"));

  test("of 200 right codes of one step at once, on one challenge or on many, one is approved, and each other that is looked at counts", () =>
    expectOneUse(apis));

  test("of 300 answers of a phone at once, half of them denials, one counts", () => expectOneAnswer(apis));

  test("of 60 logins by one passkey at once, each to a challenge of its own and with one count, one is approved, and of 60 answers to one challenge one", () =>
    expectOneLogin(apis));
});

async function codeOf(api: Api, service: string, To: string): Promise<string> {
  await api.start(service, { To });
  const [message] = await api.messages(To);
  return message?.code ?? "";
}

/** Of ten pending challenges, and of one. What is wrong pauses the factor after the tenth, and creating one counts too. */
async function expectOneUse(apis: Api[]): Promise<void> {
  const [api] = apis as [Api];
  const entity = `/v2/Services/${serviceSid}/Entities/person-0001`;
  const fields = { FriendlyName: "Phone", FactorType: "totp" };
  const made = (await api.call("POST", `${entity}/Factors`, fields)).body as {
    sid?: string;
    binding?: { uri: string };
  };
  const totp = `/sandbox/totp?Uri=${encodeURIComponent(made.binding?.uri ?? "")}`;
  const AuthPayload = String((await api.call("GET", totp)).body.code);
  await api.call("POST", `${entity}/Factors/${made.sid}`, { AuthPayload });
  const create = (each: Api, more = {}) =>
    each.call("POST", `${entity}/Challenges`, { FactorSid: made.sid ?? "", ...more });
  const pending = (await atOnce(10, apis, (each) => create(each))).map(({ body }) => body.sid);
  let calls = 0;
  const answers = await atOnce(200, apis, (each) => {
    calls += 1;
    const path = `${entity}/Challenges/${pending[calls % 10]}`;
    const isNew = calls % 20 === 0;
    return decided(() => (isNew ? create(each, { AuthPayload }) : each.call("POST", path, { AuthPayload })));
  });
  const told = answers.map(({ body }) => body.code ?? body.status);
  const count = (...kinds: unknown[]) => told.filter((each) => kinds.includes(each)).length;
  expect([count("approved"), count("pending"), count(60308, 60322)]).toEqual([1, 10, 189]);
  const { body } = await api.call("GET", `${entity}/Challenges?PageSize=100&Status=approved`);
  expect((body as { challenges?: unknown[] }).challenges).toHaveLength(1);
}

async function expectOneLogin(apis: Api[]): Promise<void> {
  const [passkeys, ...others] = apis.map(({ origin }) => passkeysOf(origin)) as [Passkeys, ...Passkeys[]];
  const each = [passkeys, ...others];
  const { identity, browser } = await passkeys.person("laptop-0001");
  const ask = async () => (await passkeys.challenge({ identity })).options;
  const asked = await Promise.all(Array.from({ length: 60 }, ask));
  const one = await ask();
  const logins = await Promise.all(
    asked.map((options, index) =>
      each[index % each.length]?.approve(browser.get(options, passkeyOrigin, { counter: 1 })),
    ),
  );
  expect(tally(logins as Answer[])).toEqual({ "200 approved": 1, "403 60381": 59 });
  const answer = browser.get(one, passkeyOrigin, { counter: 2 });
  const answers = await Promise.all(asked.map((_, index) => each[index % each.length]?.approve(answer)));
  expect(tally(answers as Answer[])).toEqual({ "200 approved": 1, "403 60383": 59 });
}

type Passkeys = ReturnType<typeof passkeysOf>;

async function expectOneAnswer(apis: Api[]): Promise<void> {
  const [api] = apis as [Api];
  const device = await enrolledDevice(api.origin, { identity: "phone-0001" });
  const fields = { FactorSid: device.sid, "Details.Message": "Log in?" };
  const { sid } = (await api.call("POST", `${device.path}/Challenges`, fields)).body;
  const signed = await Promise.all(["approved", "denied"].map((status) => device.answerTo(sid, status)));
  let calls = 0;
  const answers = await atOnce(300, apis, (each) => {
    calls += 1;
    const AuthPayload = signed[calls % 2] ?? "";
    return decided(() => each.call("POST", `${device.path}/Challenges/${sid}`, { AuthPayload }));
  });
  const [won] = answers.filter(({ status }) => status === 200);
  expect(tally(answers)).toEqual({ [`200 ${won?.body.status}`]: 1, "403 60322": 299 });
  for (const each of apis) {
    expect((await each.call("GET", `${device.path}/Challenges/${sid}`)).body.status).toBe(won?.body.status);
  }
}

async function expectFiveChecks(apis: Api[], To: string): Promise<void> {
  const [api] = apis as [Api];
  const { body } = await api.start(serviceSid, { To });
  const [code = ""] = await codesFrom(apis, To, 1);
  const wrong = code === "000000" ? "111111" : "000000";
  const checks = await atOnce(500, apis, (each) => each.check(serviceSid, { To, Code: wrong }));
  expect(tally(checks)).toEqual({ "200 pending": 4, "200 max_attempts_reached": 1, "429 60202": 495 });
  for (const each of apis) {
    expect((await each.check(serviceSid, { To, Code: code })).body.code).toBe(60202);
    expect((await each.check(serviceSid, { VerificationSid: body.sid ?? "", Code: code })).body.code).toBe(20404);
  }
}

async function expectOneApproval(apis: Api[], To: string): Promise<void> {
  const [api] = apis as [Api];
  const { body } = await api.start(serviceSid, { To });
  const [Code = ""] = await codesFrom(apis, To, 1);
  // By recipient and by sid: both ways lead to the same verification.
  let calls = 0;
  const checks = await atOnce(200, apis, (each) => {
    calls += 1;
    return each.check(serviceSid, { Code, ...(calls % 2 === 0 ? { To } : { VerificationSid: body.sid ?? "" }) });
  });
  expect(tally(checks)).toEqual({ "200 approved": 1, "404 20404": 199 });
  const { attempts } = (await api.call("GET", `/v2/Attempts?VerificationSid=${body.sid}`)).body;
  expect(attempts?.map((attempt) => attempt.conversion_status)).toEqual(["converted"]);
}

async function expectFiveSends(apis: Api[], To: string): Promise<void> {
  const [api] = apis as [Api];
  const starts = await atOnce(50, apis, (each) => each.start(serviceSid, { To }));
  expect(tally(starts)).toEqual({ "201 pending": 5, "429 60203": 45 });
  expect(new Set(starts.flatMap(({ body, status }) => (status === 201 ? body.sid : []))).size).toBe(1);
  const codes = await codesFrom(apis, To, 5);
  expect(codes).toEqual(Array(5).fill(codes[0]));
  const { attempts } = (await api.call("GET", `/v2/Attempts?ChannelData.To=${encodeURIComponent(To)}`)).body;
  expect(attempts).toHaveLength(5);
  expect((await api.check(serviceSid, { To, Code: codes[0] ?? "" })).body.status).toBe("approved");
}

/** In an entity that does not exist yet. */
async function expectFiveTries(apis: Api[], identity: string): Promise<void> {
  const [api] = apis as [Api];
  const factors = `/v2/Services/${serviceSid}/Entities/${identity}/Factors`;
  const app = { FriendlyName: "Ana’s phone", FactorType: "totp", "Binding.Secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  const made = await atOnce(30, apis, (each) => each.call("POST", factors, app));
  expect(tally(made)).toEqual({ "201 unverified": 1, "409 60317": 29 });
  const [{ sid, binding }] = made.flatMap(({ status, body }) => (status === 201 ? body : [])) as unknown as [Factor];
  const try_ = (each: Api, AuthPayload: string) => each.call("POST", `${factors}/${sid}`, { AuthPayload });
  const tries = await atOnce(30, apis, (each) => try_(each, "1234567"));
  expect(tally(tries)).toEqual({ "200 unverified": 5, "429 60310": 25 });
  const { now } = (await api.call("GET", "/sandbox/clock")).body as unknown as { now: string };
  const shown = ({ uri }: Factor["binding"]) => shownBy(uri, Date.parse(now));
  for (const each of apis) expect((await try_(each, shown(binding))).body.code).toBe(60310);
  const other = (await api.call("POST", factors, { ...app, "Binding.Secret": "" })).body as unknown as Factor;
  const payload = shown(other.binding);
  const right = await atOnce(30, apis, (each) =>
    each.call("POST", `${factors}/${other.sid}`, { AuthPayload: payload }),
  );
  expect(tally(right)).toEqual({ "200 verified": 30 });
}

interface Factor {
  sid: string;
  binding: { uri: string };
}

/**
 * Asks until it is decided: on one entity that goes one by one, and on a machine that others keep busy whoever waits too
 * long for a connection to the database is told 503. If one of those had counted, it would be missing in the tally.
 */
async function decided(request: () => Promise<Answer>): Promise<Answer> {
  const answer = await request();
  return answer.status === 503 ? decided(request) : answer;
}

/** Requests that are all under way together, spread over the servers. */
function atOnce(count: number, apis: Api[], request: (api: Api) => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => request(apis[index % apis.length] as Api)));
}

function tally(answers: Answer[]): Record<string, number> {
  const kinds = answers.map(({ status, body }) => `${status} ${body.code ?? body.status}`);
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]));
}

/** The codes sent to somebody, once there are so many: whichever server takes a message from the outbox delivers it. */
async function codesFrom(apis: Api[], to: string, count: number): Promise<string[]> {
  const read = async () => (await Promise.all(apis.map((api) => api.messages(to)))).flat().map(({ code }) => code);
  await expect.poll(read, { timeout: 10_000 }).toHaveLength(count);
  return read();
}
