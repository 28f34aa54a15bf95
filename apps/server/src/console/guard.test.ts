import { beforeEach, describe, expect, test } from "vitest";
import { databaseKindsOr, dump, readSql } from "../../test-support/databases.ts";
import { describeOn, type UsedSandbox } from "../../test-support/sandbox.ts";
import { guardOf } from "../guard/settings.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";

const policy = guardOf({
  blocksPumping: true,
  limits: {
    recipient: [{ requestsMax: 7, seconds: 86_400 }],
    account: [
      { requestsMax: 40, seconds: 3600 },
      { requestsMax: 500, seconds: 86_400 },
    ],
  },
  safePrefixes: ["+44", "+12125550"],
  countries: { codes: ["US", "DE", "CA"], areRefused: false },
});

interface Verdict {
  would_send: boolean;
  error_code: number | null;
  reason: string | null;
  retry_after_seconds: number | null;
  service_sid: string | null;
  country: string | null;
  line_type: string | null;
}

function toolsOf(sandbox: UsedSandbox) {
  const { api } = sandbox;
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const verdict = async (to: string, query: Record<string, string> = {}) => {
    const answer = await api.call("GET", `/console/guard/verdict?${new URLSearchParams({ to, ...query })}`);
    return answer.body as unknown as Verdict;
  };
  const guard = async () => (await api.call("GET", "/console/guard")).body as unknown as Record<string, never>;
  const start = (To: string, Channel = "sms") => api.start(serviceSid, { To, Channel });
  const pump = async (area: number, count: number) => {
    for (let index = 0; index < count; index += 1) await start(`+1${area}55501${String(index).padStart(2, "0")}`);
  };
  return { api, verdict, guard, start, pump };
}

describeOn(databaseKindsOr("PostgreSQL"))(
  (sandbox) => {
    const { api, verdict, guard, start, pump } = toolsOf(sandbox);

    test("the verdict on a number is what its start then answers, and asking changes nothing", async () => {
      const service = (fields: Record<string, string>) => api.call("POST", `/v2/Services/${serviceSid}`, fields);
      await pump(202, 12);
      for (let send = 0; send < 5; send += 1) await start("+12125550101");
      await start("+12125550102");
      for (let check = 0; check < 5; check += 1) await api.check(serviceSid, { To: "+12125550102", Code: "000000" });
      await service({ LookupEnabled: "true", SkipSmsToLandlines: "true" });
      // Starts that were refused are kept within a second, and at once where somebody looks.
      await api.call("GET", "/console/refused_starts");
      const before = await rowsOf(sandbox.databaseUrl);
      const asked: [to: string, channel: string, error: number | null][] = [
        ["+12035550123", "sms", null],
        ["ada@example.com", "email", null],
        // A prefix that is throttled, and one of its numbers that may be sent to again.
        ["+12025550150", "call", 60410],
        ["+12025550100", "sms", null],
        ["+12125550101", "sms", 60203],
        ["+12125550102", "whatsapp", 60202],
        ["+33612345678", "sms", 60605],
        ["+447400123456", "sms", null],
        ["+19005551234", "sms", 60605],
        ["+12035550150", "sms", 60205],
        ["+12035550150", "call", null],
        ["12035550123", "sms", 60200],
        ["ada@example.com", "sms", 60200],
        ["nobody", "email", 60200],
        ["+15005560410", "sms", 60410],
        ["+15005568008", "whatsapp", 68008],
      ];
      const verdicts = [];
      for (const [to, channel] of asked) verdicts.push(await verdict(to, { channel }));
      expect(await rowsOf(sandbox.databaseUrl)).toEqual(before);
      for (const [index, [to, channel, code]] of asked.entries()) {
        const told = verdicts[index];
        const { status, body } = await start(to, channel);
        const what = `${to} by ${channel}: ${told?.reason}`;
        expect([told?.would_send, told?.error_code], what).toEqual([status === 201, status === 201 ? null : body.code]);
        expect(told?.error_code, what).toBe(code);
        expect(told?.reason === null, what).toBe(code === null);
        const [wait, waits] = [told?.retry_after_seconds ?? 0, body.details?.retry_after_seconds ?? 0];
        expect(Math.abs(wait - waits), what).toBeLessThanOrEqual(2);
      }
    });

    test("the verdict says why in words, of which country and kind of line the number is, and which service it is about", async () => {
      const other = await api.createService();
      await pump(202, 12);
      for (let send = 0; send < 5; send += 1) await api.start(other, { To: "+12125550101" });
      expect(await verdict("+12035550123")).toEqual({
        ...{ would_send: true, error_code: null, reason: null, retry_after_seconds: null, service_sid: null },
        ...{ country: "US", line_type: "mobile" },
      });
      const sent = {
        would_send: false,
        error_code: 60203,
        service_sid: other,
        retry_after_seconds: expect.any(Number),
      };
      expect(await verdict("+12125550101")).toMatchObject(sent);
      expect(await verdict("+12125550101", { service_sid: other })).toMatchObject(sent);
      expect(await verdict("+12125550101", { service_sid: serviceSid })).toMatchObject({ would_send: true });
      expect(await verdict("+12025550150")).toMatchObject({ error_code: 60410, service_sid: null });
      expect((await verdict("+33612345678")).reason).toBe("Nothing is sent to this country.");
      expect((await verdict("+19005551234")).reason).toBe("Nothing is sent to premium numbers.");
      expect((await verdict("2035550123")).reason).toContain("no phone number in E.164");
      expect(await verdict("ada@example.com")).toMatchObject({ would_send: true, country: null, line_type: null });
      for (let send = 0; send < 2; send += 1) await start("+12125550101");
      expect(await verdict("+12125550101", { service_sid: serviceSid })).toMatchObject({
        ...{ error_code: 20429, reason: "The limit on sends to this recipient is used up.", service_sid: null },
      });
      const unknown = `VA${"f".repeat(32)}`;
      expect((await api.call("GET", `/console/guard/verdict?to=%2B12035550123&service_sid=${unknown}`)).status).toBe(
        404,
      );
      for (const sid of [serviceSid, other]) await api.call("DELETE", `/v2/Services/${sid}`);
      expect(await verdict("+12035550123")).toMatchObject({ would_send: false, error_code: 20404 });
    });

    test("the guard shows what is suspected, how near the account is to its limits, and where it may send to", async () => {
      await pump(202, 12);
      const { mode, prefixes, limits, countries } = (await guard()) as unknown as {
        mode: string;
        prefixes: object[];
        limits: object[];
        countries: { country: string; channels: object }[];
      };
      expect(mode).toBe("on");
      expect(prefixes).toEqual([
        {
          ...{ prefix: "+1202555", country: "US", approvals: 0, starts_left: 0, times: 1 },
          starts: expect.any(Number),
          date_suspected: expect.stringMatching(/Z$/),
          date_ends: expect.stringMatching(/Z$/),
        },
      ]);
      expect(limits).toEqual([
        { name: "recipient", used: null, max: 7, seconds: 86_400 },
        { name: "account", used: 10, max: 40, seconds: 3600 },
        { name: "account", used: 10, max: 500, seconds: 86_400 },
      ]);
      const rule = (code: string) => countries.find(({ country }) => country === code)?.channels;
      expect(rule("DE")).toEqual({ sms: "guarded", call: "guarded", whatsapp: "guarded" });
      expect(rule("FR")).toEqual({ sms: "blocked", call: "blocked", whatsapp: "blocked" });
      // The safe list passes the list of countries.
      expect(rule("GB")).toEqual({ sms: "allowed", call: "allowed", whatsapp: "allowed" });
      expect(countries.length).toBeGreaterThan(200);
    });

    test("a prefix that is lifted is heeded at once, and the trail tells who did it, once", async () => {
      await pump(202, 12);
      expect((await start("+12025550199")).status).toBe(403);
      const lift = (prefix: string) => api.call("DELETE", `/console/guard/prefixes/${encodeURIComponent(prefix)}`);
      expect((await lift("+1202556")).status).toBe(404);
      expect((await lift("x")).status).toBe(404);
      expect((await lift("+1202555")).status).toBe(204);
      expect((await lift("+1202555")).status).toBe(404);
      expect(await guard()).toMatchObject({ prefixes: [] });
      expect((await start("+12025550199")).status).toBe(201);
      const entries = await readSql(sandbox.databaseUrl, "SELECT * FROM audit_entries WHERE action = 'lifted'");
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ actor: sandboxAccount.accountSid, resource_type: "prefix" });
      expect(JSON.stringify(entries[0])).toContain("+1202555");
    });
  },
  () => ({ guard: policy }),
);

describe("while the guard only observes", () => {
  describeOn(databaseKindsOr("PostgreSQL"))(
    (sandbox) => {
      const { verdict, guard, start, pump } = toolsOf(sandbox);
      test("the verdict is that a number is sent to, and tells what would be refused", async () => {
        await pump(202, 12);
        expect(await guard()).toMatchObject({ mode: "observe" });
        const told = await verdict("+12025550199");
        expect(told).toMatchObject({ would_send: true, error_code: null });
        expect(told.reason).toMatch(
          /^The guard only observes; else it would refuse this\. Starts to numbers that begin/,
        );
        expect((await start("+12025550199")).status).toBe(201);
        expect(await verdict("+33612345678")).toMatchObject({ would_send: false, error_code: 60605 });
      });
    },
    () => ({ guard: { ...policy, isObserving: true } }),
  );
});

/** What asking could change, without what every request does. */
async function rowsOf(databaseUrl: string): Promise<string[]> {
  const text = await dump(databaseUrl);
  return text
    .split("\n")
    .filter((line) => /^[{(]/.test(line) && !line.includes("readiness"))
    .sort();
}
