import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createMetrics } from "../src/operator/metrics.ts";
import { type SandboxOptions, sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf } from "../test-support/api.ts";
import { databaseKindsOr, readSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { guesserOf, wrong } from "../test-support/guesser.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";
import { startReceiver } from "../test-support/webhook-receiver.ts";

const victim = "+4915123456789";
const day = 86_400;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const header = "countersign-code-length";

describe.each(databaseKindsOr("SQLite"))("on %s", (kind) => {
  let databaseUrl: string;
  let sandbox: Running;
  afterEach(() => sandbox.close());
  async function guesser(options: SandboxOptions = {}) {
    databaseUrl = await databases.create(kind);
    sandbox = await startSandbox({ databaseUrl, ...options });
    return guesserOf(sandbox.url, serviceSid);
  }

  test("security 26: a code grows with the refused checks of 30 days, in all services, on v1 and over approvals, and the start and its attempt tell its length", async () => {
    const { api, start, guess, guessOften, advance, newest } = await guesser();
    const other = await api.createService({ CodeLength: "7" });
    const v1 = v1ApiOf(sandbox.url);
    await guessOften(victim, 4);
    const elsewhere = await start(victim, {}, other);
    expect(elsewhere.code).toHaveLength(7);
    for (let count = 0; count < 3; count += 1) await guess(victim, elsewhere.code, other);
    // Another account, another person, and an approval change nothing.
    expect((await api.check(other, { To: victim, Code: elsewhere.code })).body.status).toBe("approved");
    const phone = { country_code: 49, phone_number: victim.slice(3) };
    await v1.start(phone);
    for (let count = 0; count < 2; count += 1) {
      const refused = await v1.check({ ...phone, verification_code: wrong(await newest(victim)) });
      expect(refused.body.error_code).toBe("60022");
    }
    expect((await start(victim)).code).toHaveLength(4); // the pending one of v1, of the same service
    await advance(601);
    const ninth = await start(victim);
    expect([ninth.code.length, ninth.answer.headers.get(header)]).toEqual([6, "6"]);
    await guess(victim, ninth.code);
    await advance(601);

    for (const [service, length] of [
      [serviceSid, 8],
      [other, 9],
    ] as const) {
      const { answer, code } = await start(victim, {}, service);
      expect([code.length, answer.headers.get(header)]).toEqual([length, String(length)]);
      const resent = await start(victim, { Channel: "call" }, service);
      expect([resent.code, resent.answer.headers.get(header)]).toEqual([code, String(length)]);
      const { text } = await api.call("GET", `/v2/Attempts?VerificationSid=${answer.body.sid}`);
      const lengths = JSON.parse(text).attempts.map(
        ({ channel_data }: never) => (channel_data as { code_length: number }).code_length,
      );
      expect(lengths).toEqual([length, length]);
      expect((await api.check(service, { To: victim, Code: code })).body.status).toBe("approved");
    }
    const started = await v1.start(phone);
    expect([started.headers[header], (await newest(victim)).length]).toEqual(["6", 6]);
    await v1.check({ ...phone, verification_code: await newest(victim) });
    expect((await start("+4915123456788")).code).toHaveLength(6);

    await guessOften(victim, 20);
    expect((await start(victim)).code).toHaveLength(10);
    expect((await start(victim, {}, other)).code).toHaveLength(10);
    await advance(30 * day);
    expect((await start(victim)).code).toHaveLength(6);
    const kept = await readSql(databaseUrl, "SELECT account_sid FROM refused_checks");
    expect(kept).toEqual([]);
  });

  test("security 26: no row tells whose checks were refused", async () => {
    const { guessOften } = await guesser();
    await guessOften(victim, 3);
    const rows = await readSql(databaseUrl, "SELECT * FROM refused_checks");
    expect(rows).toHaveLength(1);
    expect(String(rows[0]?.times)).toMatch(/^\d{39}$/);
    expect(JSON.stringify(rows)).not.toContain(victim.slice(1));
  });

  test("security 26: a code of the caller's own is refused after 30 refused checks, and a day after the last of them no more", async () => {
    const { api, start, guess, guessOften, advance } = await guesser();
    await api.call("POST", `/v2/Services/${serviceSid}`, { CustomCodeEnabled: "true" });
    const own = { CustomCode: "4711" };
    await guessOften(victim, 29, own);
    const last = await start(victim, own);
    await guess(victim, last.code);
    const resent = await start(victim, own);
    expect([resent.answer.status, resent.code, resent.answer.headers.get(header)]).toEqual([201, "4711", "4"]);
    await advance(601);
    const refused = await start(victim, own);
    expect([refused.answer.status, refused.answer.body.code]).toEqual([429, 60202]);
    const wait = refused.answer.body.details?.retry_after_seconds ?? 0;
    expect(wait).toBeGreaterThan(day - 700);
    expect(wait).toBeLessThanOrEqual(day);
    expect(refused.answer.headers.get("retry-after")).toBeNull();
    const phone = { country_code: 49, phone_number: victim.slice(3) };
    const v1 = v1ApiOf(sandbox.url);
    expect((await v1.start({ ...phone, custom_code: "4711" })).body.error_code).toBe("60003");
    // What grows is started, and does not become one of the caller's own.
    expect((await start(victim)).code).toHaveLength(10);
    expect((await v1.start({ ...phone, custom_code: "4711" })).body.error_code).toBe("60003");
    await advance(wait - 1);
    expect((await start(victim, own)).answer.status).toBe(429);
    await advance(1);
    expect((await start(victim, own)).code).toBe("4711");
  });

  test("security 26: where codes do not grow, 100 refused checks refuse starts for a day, and each five more again", async () => {
    const { start, guess, guessOften, advance } = await guesser({ growingCodes: false });
    await guessOften(victim, 100);
    const refused = await start(victim);
    expect([refused.answer.status, refused.answer.body.code]).toEqual([429, 60202]);
    const wait = refused.answer.body.details?.retry_after_seconds ?? 0;
    expect(wait).toBeLessThanOrEqual(day);
    await advance(wait);
    const { code } = await start(victim);
    expect(code).toHaveLength(6);
    for (let count = 0; count < 5; count += 1) await guess(victim, code);
    await advance(601);
    expect((await start(victim)).answer.body.details?.retry_after_seconds).toBeGreaterThan(day - 700);
  });

  test("security 26: a number with a fixed code has it as it is, unless the sandbox is told otherwise", async () => {
    const fixed = "+12025550142";
    const { start, guessOften } = await guesser();
    await guessOften(fixed, 10);
    expect((await start(fixed)).code).toBe("123456");
    await sandbox.close();
    const grown = await guesser({ growingCodes: true });
    await grown.guessOften(fixed, 10);
    expect((await grown.start(fixed)).code).toBe("12345678");
  });

  test("security 26: spraying over many recipients is noticed, told once, makes new codes grow and leaves short ones one check", async () => {
    const receiver = await startReceiver();
    const metrics = createMetrics(Date.now);
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    const { api, start, guess, guessOften, advance, newest } = await guesser({
      eventWebhook: { url: `${receiver.url}/events`, secret },
      operator: { metrics },
    });
    const short = await api.createService({ CodeLength: "4" });
    const number = (index: number) => `+4915123456${String(index).padStart(3, "0")}`;
    const heard = () =>
      receiver.received.map(({ text }) => JSON.parse(text)).filter(({ type }) => type === "account.sprayed");
    const counted = async () => /countersign_sprays_total (\d+)/.exec(await metrics.text())?.[1] ?? "0";
    await guessOften(number(0), 10);
    // A pending one that has had three checks, one of six digits, and some approvals.
    const pending = await start(number(1), {}, short);
    for (let count = 0; count < 3; count += 1) await guess(number(1), pending.code, short);
    const long = await start(number(2));
    for (let index = 100; index < 105; index += 1) {
      const { code } = await start(number(index), {}, short);
      await api.check(short, { To: number(index), Code: code });
    }
    for (let index = 200; index < 237; index += 1) {
      const { code } = await start(number(index), {}, short);
      for (let count = 0; count < 5; count += 1) await guess(number(index), code, short);
    }
    const { code } = await start(number(240), {}, short);
    for (let count = 0; count < 2; count += 1) await guess(number(240), code, short);
    expect([await counted(), (await start(number(300), {}, short)).code.length]).toEqual(["0", 4]);
    await guess(number(240), code, short); // the 201st
    expect(await counted()).toBe("1");
    await expect
      .poll(heard, { timeout: 10_000 })
      .toMatchObject([{ data: { service_sid: short, refused_checks: 201, approved_checks: 5 } }]);

    expect((await start(number(301), {}, short)).code).toHaveLength(6);
    expect((await start(number(301))).code).toHaveLength(8);
    // Both growths add up.
    expect((await start(number(0), {}, short)).code).toHaveLength(8);
    const v1 = v1ApiOf(sandbox.url);
    await v1.start({ country_code: 49, phone_number: number(302).slice(3) });
    expect(await newest(number(302))).toHaveLength(6);
    // A pending code takes one more check, the right one too; of six digits it takes all five.
    expect((await guess(number(1), pending.code, short)).body.status).toBe("max_attempts_reached");
    expect((await api.check(short, { To: number(300), Code: await newest(number(300)) })).body.status).toBe("approved");
    for (const status of ["pending", "pending", "pending", "pending", "max_attempts_reached"]) {
      expect((await guess(number(2), long.code)).body.status).toBe(status);
    }
    expect([await counted(), heard().length]).toEqual(["1", 1]);
    await advance(3_900);
    expect((await start(number(303), {}, short)).code).toHaveLength(4);
    await receiver.close();
  });
});

test("security 26: three servers on one PostgreSQL count every refused check, in services whose locks differ", async () => {
  const databaseUrl = await databases.create("PostgreSQL");
  const secret = "a secret of no less than 32 characters";
  const servers: Running[] = [];
  try {
    for (let count = 0; count < 3; count += 1) servers.push(await startSandbox({ databaseUrl, secret }));
    const apis = servers.map(({ url }) => apiOf(url));
    const [first] = apis as [(typeof apis)[number]];
    const services = await Promise.all(Array.from({ length: 6 }, () => first.createService({ CodeLength: "10" })));
    await Promise.all(services.map((service) => first.start(service, { To: victim })));
    const check = (service: string, index: number) =>
      (apis[index % 3] ?? first).check(service, { To: victim, Code: "0000000000" });
    const answers = await Promise.all(
      services.flatMap((service, index) => Array.from({ length: 9 }, (_, n) => check(service, index + n))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    const [row] = await readSql(databaseUrl, "SELECT length(times) AS length FROM refused_checks");
    expect(Number(row?.length)).toBe(30 * 13);
    const [sum] = await readSql(
      databaseUrl,
      "SELECT sum(refused) AS refused, sum(approved) AS approved FROM check_counts",
    );
    expect([Number(sum?.refused), Number(sum?.approved)]).toEqual([30, 0]);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
});
