import { PassThrough } from "node:stream";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import type { HighCostRange } from "../src/kernel/carrier-lookup.ts";
import { createMetrics } from "../src/operator/metrics.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { type Answer, apiOf } from "../test-support/api.ts";
import { guardOf } from "../test-support/guard.ts";
import { describeOnDatabases } from "../test-support/sandbox.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const guard = guardOf({
  blocksPumping: true,
  safePrefixes: ["+12125550", "+447400123456"],
  countries: { codes: ["US", "DE"], areRefused: false },
});

let logged: string;
const log = new PassThrough();
log.on("data", (chunk) => {
  logged += chunk;
});
const watched = () => {
  const operator = { metrics: createMetrics(Date.now), at: { port: 0, host: "127.0.0.1" } };
  return { guard, operator, logger: pino(log) };
};

describeOnDatabases((sandbox) => {
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
  const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });

  test("security 15: a prefix whose sends far outrun its approvals is blocked for 12 hours, on every channel, re-sends and v1 included", async () => {
    const answers = await pump(202, 12);
    expect(answers.map(({ status }) => status)).toEqual([...Array(8).fill(201), ...Array(4).fill(403)]);
    expect(errorOf(answers.at(-1) as Answer)).toEqual([403, 60410]);
    expect(errorOf(await start(number(202, 0)))).toEqual([403, 60410]);
    expect(errorOf(await start(number(202, 50), { Channel: "call", RiskCheck: "disable" }))).toEqual([403, 60410]);
    const v1 = await v1ApiOf(sandbox.url, "sandbox").start({ phone_number: number(202, 70).slice(2) });
    expect([v1.status, v1.body.error_code]).toEqual([403, "60021"]);
    // Who was sent a code before can still give it, and others are not touched.
    expect((await api.check(serviceSid, { To: number(202, 3), Code: "123456" })).body.status).toBe("approved");
    expect((await start(number(203, 0))).status).toBe(201);
    expect((await start("ada@example.com", { Channel: "email" })).status).toBe(201);

    await advance(12 * 3600 - 60);
    expect(errorOf(await start(number(202, 60)))).toEqual([403, 60410]);
    await advance(60);
    expect((await start(number(202, 60))).status).toBe(201);
  });

  test("security 15: who asks for the code again has nobody blocked, and is sent it as long as nobody is", async () => {
    await pump(208, 8);
    for (let again = 0; again < 4; again += 1) expect((await start(number(208, 0))).status).toBe(201);
    expect((await api.check(serviceSid, { To: number(208, 1), Code: "123456" })).body.status).toBe("approved");
    expect((await start(number(208, 20))).status).toBe(201);
  });

  test("security 15: people who give their codes are never blocked, and approvals count however they come", async () => {
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

  test("security 15: the safe list passes the block and the geo permissions, and RiskCheck=disable passes the block for SMS alone", async () => {
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

  test("security 4 and 15: a block is logged by its prefix and counted by its reason, and no number is told", async () => {
    await pump(207, 12);
    await start("+33612345678");
    const lines = logged.split("\n").filter((line) => line.includes("is blocked"));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, prefix: "+1207555", starts: 9, approvals: 0 },
    ]);
    expect(logged).not.toMatch(/20755501|33612345678/);
    const figures = await (await fetch(`http://127.0.0.1:${sandbox.operatorPort}/metrics`)).text();
    const blocked = figures.split("\n").filter((line) => line.startsWith("countersign_blocked_sends_total"));
    expect(blocked.sort()[0]).toMatch(/^countersign_blocked_sends_total\{reason="country"\} \d+$/);
    expect(blocked[1]).toMatch(/^countersign_blocked_sends_total\{reason="prefix"\} \d+$/);
    expect(figures).not.toContain("1207555");
  });
}, watched);

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
