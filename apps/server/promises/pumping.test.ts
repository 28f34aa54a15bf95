import { PassThrough } from "node:stream";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import type { GuardPolicy } from "../src/guard/send-guard.ts";
import { guardOf } from "../src/guard/settings.ts";
import type { HighCostRange } from "../src/kernel/carrier-lookup.ts";
import { createMetrics } from "../src/operator/metrics.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { type Answer, apiOf } from "../test-support/api.ts";
import { databaseKindsOr } from "../test-support/databases.ts";
import { describeOn, type UsedSandbox } from "../test-support/sandbox.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const guard = guardOf({
  blocksPumping: true,
  safePrefixes: ["+12125550", "+447400123456"],
  countries: { codes: ["US", "CA", "DE"], areRefused: false },
});

let logged: string;
const log = new PassThrough();
log.on("data", (chunk) => {
  logged += chunk;
});
const watched = (policy: GuardPolicy) => () => {
  const operator = { metrics: createMetrics(Date.now), at: { port: 0, host: "127.0.0.1" } };
  return { guard: policy, operator, logger: pino(log) };
};

/** What the tests do with a sandbox, which is empty before each. */
function pumpOf(sandbox: UsedSandbox) {
  const { api } = sandbox;
  beforeEach(async () => {
    logged = "";
    await api.call("POST", "/sandbox/reset");
  });

  /** A fictional number of an area, all of which are in one range of ten thousand. */
  const number = (area: number, index: number) => `+1${area}55501${String(index).padStart(2, "0")}`;
  const start = (To: string, fields: Record<string, string> = {}) => api.start(serviceSid, { To, ...fields });
  const pump = async (area: number, count: number, fields: Record<string, string> = {}) => {
    const answers: Answer[] = [];
    for (let index = 0; index < count; index += 1) answers.push(await start(number(area, index), fields));
    return answers;
  };
  const errorOf = ({ status, body }: Answer) => [status, body.code];
  const linesWith = (text: string) =>
    logged.split("\n").flatMap((line) => (line.includes(text) ? [JSON.parse(line) as Record<string, unknown>] : []));
  const figuresOf = async (name: string) => {
    const figures = await (await fetch(`http://127.0.0.1:${sandbox.operatorPort}/metrics`)).text();
    const all = figures.split("\n").filter((line) => line.startsWith(`countersign_${name}_total`));
    const blocked = all.filter((line) => !line.endsWith(" 0"));
    return { figures, blocked: blocked.sort() };
  };
  const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });

  return { number, start, pump, errorOf, linesWith, figuresOf, advance };
}

describeOn(databaseKindsOr("PostgreSQL"))((sandbox) => {
  const { api } = sandbox;
  const { number, start, pump, errorOf, linesWith, figuresOf, advance } = pumpOf(sandbox);

  test("security 27: of a prefix whose starts far outrun its approvals a trickle passes, on every channel and on v1, and the wait is told", async () => {
    const answers = await pump(202, 14);
    expect(answers.map(({ status }) => status)).toEqual([...Array(4 + 6).fill(201), ...Array(4).fill(403)]);
    const { body, headers } = answers.at(-1) as Answer;
    expect(body).toMatchObject({ code: 60410, message: "Verification delivery attempt blocked", status: 403 });
    const { retry_after_seconds: wait } = body.details as { retry_after_seconds: number };
    expect(wait).toBeGreaterThan(0);
    expect(headers.has("retry-after")).toBe(false);
    expect(errorOf(await start(number(202, 50), { Channel: "call" }))).toEqual([403, 60410]);
    const v1 = await v1ApiOf(sandbox.url, "sandbox").start({ phone_number: number(202, 70).slice(2) });
    expect([v1.status, v1.body.error_code]).toEqual([403, "60021"]);
    // Others are not touched.
    expect((await start(number(203, 0))).status).toBe(201);
    expect((await start("ada@example.com", { Channel: "email" })).status).toBe(201);

    await advance(wait - 10);
    expect(errorOf(await start(number(202, 60)))).toEqual([403, 60410]);
    await advance(10);
    expect((await start(number(202, 60))).status).toBe(201);
    expect(errorOf(await start(number(202, 61)))).toEqual([403, 60410]);
  });

  test("security 27: suspected prefixes of a country share the trickle, and those of another have their own", async () => {
    await pump(202, 14);
    expect((await pump(203, 6)).map(({ status }) => status)).toEqual([201, 201, 201, 201, 403, 403]);
    // +1 is the United States and others.
    expect((await pump(416, 12)).filter(({ status }) => status === 201)).toHaveLength(4 + 6);
  });

  test("security 27: who asks for the code again is always sent it, and counts for nothing", async () => {
    await pump(208, 14);
    for (let again = 0; again < 4; again += 1) expect((await start(number(208, 0))).status).toBe(201);
    expect(errorOf(await start(number(208, 20)))).toEqual([403, 60410]);
  });

  test("security 27: approvals lift the throttle at once", async () => {
    await pump(208, 14);
    expect((await api.check(serviceSid, { To: number(208, 1), Code: "123456" })).body.status).toBe("approved");
    const after = await Promise.all(Array.from({ length: 20 }, (_, index) => start(number(208, 20 + index))));
    expect(after.filter(({ status }) => status === 201)).toHaveLength(5);
  });

  test("security 27: whom the account approved within 30 days is always sent to, by all of its services and v1", async () => {
    const other = await api.createService();
    const approved = number(209, 45);
    expect((await api.start(other, { To: approved })).status).toBe(201);
    expect((await api.check(other, { To: approved, Code: "123456" })).body.status).toBe("approved");
    const besiege = async () => expect(errorOf((await pump(209, 40)).at(-1) as Answer)).toEqual([403, 60410]);
    await besiege();
    expect((await start(approved)).status).toBe(201);
    const v1 = await v1ApiOf(sandbox.url, "sandbox").start({ phone_number: approved.slice(2) });
    expect(v1.status).toBe(200);
    await advance(29 * 86_400);
    await besiege();
    expect((await start(approved)).status).toBe(201);
    await advance(2 * 86_400);
    await besiege();
    expect(errorOf(await start(approved))).toEqual([403, 60410]);
  });

  test("security 27: a stranger who holds an area code keeps nobody out whose ten thousand neighbours have given codes", async () => {
    const honest = (index: number) => `+1213555${2000 + index}`;
    const approve = async (To: string) => {
      const code = (await api.messages(To)).at(-1)?.code ?? "";
      expect((await api.check(serviceSid, { To, Code: code })).body.status).toBe("approved");
    };
    for (let index = 0; index < 10; index += 1) {
      expect((await start(honest(index))).status).toBe(201);
      await approve(honest(index));
    }
    const strange = (index: number) => `+1213${600 + (index % 100)}${3000 + index}`;
    const siege = [];
    for (let index = 0; index < 109; index += 1) siege.push((await start(strange(index))).status);
    expect(siege.at(-1)).toBe(403);
    for (let index = 100; index < 120; index += 1) expect((await start(honest(index))).status).toBe(201);
  });

  test("security 15: people who give their codes are never throttled, and approvals count however they come", async () => {
    for (let index = 0; index < 30; index += 1) {
      const To = number(205, index);
      expect((await start(To)).status).toBe(201);
      if (index % 3 === 0) await api.check(serviceSid, { To, Code: "123456" });
      if (index % 3 === 1) {
        const path = `/v2/Services/${serviceSid}/Verifications/${encodeURIComponent(To)}`;
        await api.call("POST", path, { Status: "approved" });
      }
    }
  });

  test("security 15: the safe list passes the throttle and the geo permissions, and RiskCheck=disable passes the throttle for SMS alone", async () => {
    for (const { status } of await pump(212, 30)) expect(status).toBe(201);
    expect((await pump(206, 12)).at(-1)?.status).toBe(403);
    expect((await start(number(206, 20), { RiskCheck: "disable" })).status).toBe(201);
    expect((await start("+447400123456")).status).toBe(201);
    expect(errorOf(await start("+447400123457"))).toEqual([403, 60605]);
    expect(errorOf(await start("+447400123457", { RiskCheck: "disable" }))).toEqual([403, 60605]);
  });

  test("security 15: nothing is sent to a country that is not permitted, on v1 either", async () => {
    expect(errorOf(await start("+33612345678"))).toEqual([403, 60605]);
    expect(errorOf(await start("+33612345678", { Channel: "call" }))).toEqual([403, 60605]);
    const v1 = await v1ApiOf(sandbox.url, "sandbox").start({ country_code: "33", phone_number: "612345678" });
    expect([v1.status, v1.body.error_code, v1.body.message]).toEqual([
      ...[403, "60021", "Phone verification couldn't be created: its country or range is not permitted."],
    ]);
    expect((await start("+4915112345678")).status).toBe(201);
    expect(await api.messages("+33612345678")).toEqual([]);
  });

  test("security 4 and 27: a throttle is logged by its prefix and counted by its reason, and no number is told", async () => {
    await pump(207, 12);
    await start("+33612345678");
    expect(linesWith("throttled")).toMatchObject([
      { level: 40, msg: "a number prefix is throttled", prefix: "+1207555", starts: 5, approvals: 0 },
    ]);
    expect(logged).not.toMatch(/20755501|33612345678/);
    const { blocked, figures } = await figuresOf("blocked_sends");
    expect(blocked[0]).toMatch(/^countersign_blocked_sends_total\{reason="country"\} \d+$/);
    expect(blocked[1]).toMatch(/^countersign_blocked_sends_total\{reason="prefix"\} \d+$/);
    expect(figures).not.toContain("1207555");
  });
}, watched(guard));

const observing = { ...guard, limits: { recipient: [{ requestsMax: 2, seconds: 3600 }] }, isObserving: true };
describeOn(databaseKindsOr("PostgreSQL"))((sandbox) => {
  const { number, start, pump, errorOf, linesWith, figuresOf } = pumpOf(sandbox);

  test("security 27: a guard that observes judges, logs and counts, and refuses nobody, but where the operator does not send to", async () => {
    for (const { status } of await pump(217, 14)) expect(status).toBe(201);
    for (let again = 0; again < 3; again += 1) expect((await start(number(217, 0))).status).toBe(201);
    expect(errorOf(await start("+33612345678"))).toEqual([403, 60605]);
    expect(linesWith("would be throttled")).toMatchObject([{ prefix: "+1217555", starts: 5, approvals: 0 }]);
    expect(linesWith("would be refused").map(({ by }) => by)).toEqual([
      ...Array(4).fill("prefix"),
      ...Array(2).fill("recipient"),
    ]);
    expect((await figuresOf("observed_sends")).blocked).toEqual([
      'countersign_observed_sends_total{reason="prefix"} 4',
      'countersign_observed_sends_total{reason="recipient"} 2',
    ]);
    expect((await figuresOf("blocked_sends")).blocked).toEqual(['countersign_blocked_sends_total{reason="country"} 1']);
  });
}, watched(observing));

describe("security 28: numbers at a high cost", () => {
  const ranges = {
    premium: ["+19005551234", "+979123456789"],
    "shared-cost": ["+611300123456"],
    universal: ["+443301234567"],
    pager: ["+447640123456"],
    satellite: ["+870773123456", "+881612345678"],
    international: ["+882161234567", "+883510012345678", "+878101234567890"],
  };
  const all = Object.values(ranges).flat();

  test("are refused by the sandbox and by v1, whatever RiskCheck says, until the operator allows their range by name", async () => {
    const server = await startSandbox();
    const api = apiOf(server.url);
    const v1 = v1ApiOf(server.url, "sandbox");
    for (const To of all) {
      for (const fields of [{}, { Channel: "call" }, { RiskCheck: "disable" }]) {
        const { status, body } = await api.start(serviceSid, { To, ...fields });
        expect([To, status, body.code]).toEqual([To, 403, 60605]);
      }
      const country_code = /^\+(1|44|49|61|\d{3})/.exec(To)?.[1] ?? "";
      const { status, body } = await v1.start({ country_code, phone_number: To.slice(1 + country_code.length) });
      expect([To, status, String(body.error_code)]).toEqual([To, 403, expect.stringMatching(/^(60083|60021)$/)]);
    }
    await server.close();
  });

  test.each(Object.entries(ranges))("%s alone is allowed by its name", async (range, numbers) => {
    const server = await startSandbox({ guard: guardOf({ highCost: [range as HighCostRange] }) });
    const api = apiOf(server.url);
    for (const To of all) {
      expect([To, (await api.start(serviceSid, { To })).status]).toEqual([To, numbers.includes(To) ? 201 : 403]);
    }
    await server.close();
  });
});
