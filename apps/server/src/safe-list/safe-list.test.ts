import { createClient } from "@countersign/client";
import { beforeEach, describe, expect, test } from "vitest";
import { dump, readSql } from "../../test-support/databases.ts";
import { describeOnDatabases, type UsedSandbox, useSandbox } from "../../test-support/sandbox.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import { guardOf } from "../guard/settings.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";

const policy = guardOf({
  blocksPumping: true,
  limits: { recipient: [{ requestsMax: 6, seconds: 86_400 }] },
  safePrefixes: ["+44"],
  safeNumbers: "guard",
  countries: { codes: ["US", "GB"], areRefused: false },
});

const list = "/v2/SafeList/Numbers";
const [number, other, abroad, premium] = ["+12025550150", "+12025550151", "+33612345678", "+19005551234"];

function toolsOf({ api }: UsedSandbox) {
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const add = (PhoneNumber: string) => api.call("POST", list, { PhoneNumber });
  const remove = (phone: string) => api.call("DELETE", `${list}/${phone}`);
  const start = async (To: string, fields: Record<string, string> = {}) => {
    const { status, body } = await api.start(serviceSid, { To, ...fields });
    return status === 201 ? 201 : body.code;
  };
  /** Has a prefix come to be suspected, and its trickle be used up. */
  const pump = async (area = 202) => {
    for (let index = 0; index < 12; index += 1) await start(`+1${area}55501${String(index).padStart(2, "0")}`);
    expect(await start(`+1${area}5550149`)).toBe(60410);
  };
  return { add, remove, start, pump };
}

describeOnDatabases(
  (sandbox) => {
    const { api, v1 } = sandbox;
    const { add, remove, start, pump } = toolsOf(sandbox);
    const counted = () =>
      readSql(sandbox.databaseUrl, "SELECT counter, used, approved FROM guard_counts WHERE counter LIKE '%prefix%'");

    test("the guard lets such a number pass on every channel and on v1, and no other that begins like it", async () => {
      await pump();
      await api.call("POST", `/v2/Services/${serviceSid}`, { "Whatsapp.From": "+12025550100" });
      expect(await start(number)).toBe(60410);
      expect((await v1.start({ via: "call", phone_number: number.slice(2) })).body.error_code).toBe("60021");
      await add(number);
      for (const Channel of ["sms", "call", "whatsapp"]) expect(await start(number, { Channel })).toBe(201);
      expect(await start(other)).toBe(60410);
      await add(other);
      expect((await v1.start({ via: "call", phone_number: other.slice(2) })).body.success).toBe(true);
      const verdict = async (to: string) =>
        (await api.call("GET", `/console/guard/verdict?to=${encodeURIComponent(to)}`)).body;
      expect(await verdict(number)).toMatchObject({ would_send: true });
      await api.call("POST", `/v2/Services/${serviceSid}/Verifications/${number}`, { Status: "canceled" });
      await remove(number);
      expect(await start(number)).toBe(60410);
      expect(await verdict(number)).toMatchObject({ would_send: false, error_code: 60410 });
    });

    test("what passes counts for no prefix, neither its start nor its approval, by whatever channel", async () => {
      for (const [to, Channel] of [
        [number, "sms"],
        ["+12025550152", "sna"],
      ] as const) {
        await add(to);
        expect(await start(to, { Channel })).toBe(201);
        expect(
          (await api.call("POST", `/v2/Services/${serviceSid}/Verifications/${to}`, { Status: "approved" })).body,
        ).toMatchObject({ status: "approved" });
      }
      expect(await counted()).toEqual([]);
      // What was counted as a start is counted as an approval, though it is on the list by then.
      await start(other);
      await add(other);
      await api.call("POST", `/v2/Services/${serviceSid}/Verifications/${other}`, { Status: "approved" });
      expect((await counted()).map(({ used, approved }) => [Number(used), Number(approved)])).toEqual([
        [1, 1],
        [1, 1],
      ]);
    });

    test("the console lists, reveals and takes off, and the trail tells it without the number, which is nowhere in clear", async () => {
      await add(number);
      await add(other);
      const page = (await api.call("GET", "/console/safe_list?PageSize=1")).body as unknown as {
        safe_numbers: { sid: string }[];
        meta: { next_page_url: string };
      };
      expect(page.safe_numbers).toEqual([
        { sid: expect.stringMatching(/^GN/), phone_number: other, is_masked: false, date_created: expect.any(String) },
      ]);
      const next = await api.call("GET", page.meta.next_page_url.slice(sandbox.url.length));
      const [{ sid }] = (next.body as unknown as typeof page).safe_numbers as [{ sid: string }];
      expect((await api.call("GET", "/console/guard")).body).toMatchObject({
        safe_list: { prefixes: ["+44"], numbers: 2, passes: "guard" },
      });
      expect((await api.call("POST", `/console/verifications/${sid}/reveal`)).body).toEqual({ sid, to: number });
      expect((await api.call("DELETE", `/console/safe_list/${sid}`)).status).toBe(204);
      expect((await api.call("DELETE", `/console/safe_list/${sid}`)).status).toBe(404);
      expect((await api.call("POST", `/console/verifications/${sid}/reveal`)).status).toBe(404);
      expect((await api.call("GET", `${list}/${number}`)).status).toBe(404);
      const entries = await readSql(
        sandbox.databaseUrl,
        "SELECT action, before, after FROM audit_entries WHERE resource_type = 'safe_number' ORDER BY sid",
      );
      expect(entries.map(({ action }) => action)).toEqual(["created", "created", "revealed", "deleted"]);
      const text = await dump(sandbox.databaseUrl);
      expect(text).toContain("safe_number");
      expect(text).not.toContain(number.slice(2));
      expect(text).not.toContain(other.slice(2));
    });
  },
  () => ({ guard: policy }),
);

describe("on one machine", () => {
  const guard: GuardPolicy = { ...policy };
  const sandbox = useSandbox(() => ({ guard }));
  const { api, v1 } = sandbox;
  const { add, remove, start } = toolsOf(sandbox);
  beforeEach(() => void Object.assign(guard, policy));

  test("a number is on the list from its creation to its deletion, and its plus is a plus however it is written", async () => {
    const { status, body } = await add(number);
    expect(status).toBe(201);
    expect(body).toEqual({
      sid: expect.stringMatching(/^GN[0-9a-f]{32}$/),
      phone_number: number,
      url: `${sandbox.url}${list}/${number}`,
    });
    for (const written of [number, number.replace("+", "%2B"), number.replace("+", "%2b")]) {
      expect((await api.call("GET", `${list}/${written}`)).body).toEqual(body);
    }
    expect((await add(number)).body).toMatchObject({ code: 60411, status: 400 });
    for (const none of [number.replace("+", "%20"), number.slice(1), other, "nobody", "%2B"]) {
      expect((await api.call("GET", `${list}/${none}`)).body.code, none).toBe(20404);
      expect((await remove(none)).body.code, none).toBe(20404);
    }
    expect((await remove(number.replace("+", "%2B"))).status).toBe(204);
    expect((await remove(number)).status).toBe(404);
    expect((await add(number)).body.sid).not.toBe(body.sid);
  });

  test("what is no number is not put on the list", async () => {
    for (const text of ["", " 12025550150", "12025550150", "+1 202 555 0150", "ada@example.com", "+15551234567"]) {
      const { status, body } = await add(text);
      expect([status, body.code, body.message], text).toEqual([400, 60200, "Invalid parameter: PhoneNumber"]);
      if (text === "+15551234567") expect(body.details).toMatchObject({ recipient: "unknown_number" });
    }
    expect((await api.call("POST", list, {})).body.code).toBe(20001);
  });

  test("nothing else is lifted: countries, ranges, sends, limits of the account and of the service, and landlines", async () => {
    for (const to of [number, other, abroad, premium]) await add(to);
    expect([await start(abroad), await start(premium)]).toEqual([60605, 60605]);
    expect((await v1.start({ country_code: 33, phone_number: "612345678" })).body.error_code).toBe("60021");
    expect((await v1.start({ phone_number: "900-555-1234" })).body.error_code).toBe("60083");
    for (let send = 0; send < 5; send += 1) expect(await start(number)).toBe(201);
    expect(await start(number)).toBe(60203);
    await api.call("POST", "/sandbox/clock", { Seconds: "601" });
    expect([await start(number), await start(number)]).toEqual([201, 20429]);
    const { body } = await api.call("POST", `/v2/Services/${serviceSid}/RateLimits`, { UniqueName: "user" });
    const buckets = `/v2/Services/${serviceSid}/RateLimits/${body.sid}/Buckets`;
    await api.call("POST", buckets, { Max: "1", Interval: "60" });
    const RateLimits = '{"user":"ada"}';
    expect([await start(other, { RateLimits }), await start(other, { RateLimits })]).toEqual([201, 20429]);
    await api.call("POST", `/v2/Services/${serviceSid}`, { LookupEnabled: "true", SkipSmsToLandlines: "true" });
    expect(await start(other)).toBe(60205);
  });

  test("an account is refused its 31st request of a minute, whichever of the three it is", async () => {
    await add(number);
    const ask = (index: number) => (index % 2 ? api.call("GET", `${list}/${number}`) : remove(other));
    const answers = await Promise.all(Array.from({ length: 31 }, (_, index) => ask(index)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
    expect((await add(other)).body).toMatchObject({
      code: 20429,
      details: { retry_after_seconds: expect.any(Number) },
    });
    await api.call("POST", "/sandbox/clock", { Seconds: "60" });
    expect((await add(other)).status).toBe(201);
  });

  test("where the operator lets such numbers pass all, countries and ranges at a high cost are lifted, for v1 too, and they are refused again afterwards", async () => {
    guard.safeNumbers = "all";
    for (const to of [abroad, premium]) {
      expect(await start(to)).toBe(60605);
      await add(to);
      expect(await start(to)).toBe(201);
    }
    expect((await v1.start({ country_code: 33, phone_number: "612345678" })).body.success).toBe(true);
    expect((await v1.start({ phone_number: "900-555-1234" })).body.success).toBe(true);
    const { name } = ((await api.call("GET", "/console/providers")).body as { providers?: { name: string }[] })
      .providers?.[0] ?? { name: "" };
    const tested = (To: string) => api.call("POST", `/console/providers/${name}/test`, { To, Channel: "sms" });
    expect((await tested(abroad)).status).toBe(200);
    for (const to of [abroad, premium]) {
      await remove(to);
      expect(await start(to)).toBe(60605);
    }
    expect((await tested(abroad)).body.code).toBe(60605);
  });

  test("our client has the three operations typed, errors included", async () => {
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const created = await client.POST("/v2/SafeList/Numbers", { body: { PhoneNumber: number } });
    expect(created.data?.phone_number).toBe(number);
    const again = await client.POST("/v2/SafeList/Numbers", { body: { PhoneNumber: number } });
    expect(again.error?.code === 60411 && again.error.message).toBe("Phone Number already exists");
    const path = { PhoneNumber: number };
    expect((await client.GET("/v2/SafeList/Numbers/{PhoneNumber}", { params: { path } })).data).toEqual(created.data);
    expect((await client.DELETE("/v2/SafeList/Numbers/{PhoneNumber}", { params: { path } })).error).toBeUndefined();
    const gone = await client.GET("/v2/SafeList/Numbers/{PhoneNumber}", { params: { path } });
    expect(gone.error?.code).toBe(20404);
  });

  test("where the operator lets them pass nothing, none is put on the list, and those that are pass nothing", async () => {
    guard.safeNumbers = "all";
    expect((await add(abroad)).status).toBe(201);
    guard.safeNumbers = "off";
    expect((await add(number)).body).toMatchObject({ code: 60204, status: 403 });
    expect(await start(abroad)).toBe(60605);
    expect((await api.call("GET", `${list}/${abroad}`)).status).toBe(200);
    expect((await remove(abroad)).status).toBe(204);
  });

  test("the operator's own list lifts ranges at a high cost on v1 as on v2", async () => {
    guard.safePrefixes = ["+1900"];
    expect(await start(premium)).toBe(201);
    expect((await v1.start({ phone_number: "900-555-1234" })).body.success).toBe(true);
  });
});
