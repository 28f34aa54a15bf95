import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { apiOf, type Fields } from "../../test-support/api.ts";
import { sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => call("POST", "/sandbox/reset"));

const call = (method: string, path: string, fields?: Fields) => apiOf(sandbox.url).call(method, path, fields);
const limits = `/v2/Services/${sandboxServiceSid}/RateLimits`;
const created = async (path: string, fields: Fields) => (await call("POST", path, fields)).body;
const start = (To: string, rateLimits?: object) =>
  apiOf(sandbox.url).start(sandboxServiceSid, { To, ...(rateLimits && { RateLimits: JSON.stringify(rateLimits) }) });
const advance = (seconds: number) => call("POST", "/sandbox/clock", { Seconds: String(seconds) });

/** A limit with buckets. */
async function limitOf(UniqueName: string, ...buckets: [Max: number, Interval: number][]): Promise<string> {
  const { sid = "" } = await created(limits, { UniqueName });
  for (const [Max, Interval] of buckets) {
    const { status } = await call("POST", `${limits}/${sid}/Buckets`, { Max: `${Max}`, Interval: `${Interval}` });
    expect(status).toBe(201);
  }
  return sid;
}

describe("rate limits and buckets", () => {
  test("are found by sid, and limits by unique name too", async () => {
    const { sid } = await created(limits, { UniqueName: "end_user_ip_address", Description: "By address" });
    const bySid = await call("GET", `${limits}/${sid}`);
    const byName = await call("GET", `${limits}/end_user_ip_address`);
    expect(bySid.body).toMatchObject({ sid, unique_name: "end_user_ip_address", description: "By address" });
    expect(byName.text).toBe(bySid.text);
    expect((await call("POST", `${limits}/end_user_ip_address`, { Description: "" })).body).toMatchObject({
      description: null,
    });
    expect((await call("DELETE", `${limits}/${sid}`)).status).toBe(204);
    expect((await call("GET", `${limits}/${sid}`)).status).toBe(404);
  });

  test.each([
    [{}, 20001],
    [{ UniqueName: "has a blank" }, 60209],
    [{ UniqueName: "" }, 60209],
    [{ UniqueName: "x".repeat(65) }, 60209],
    [{ UniqueName: "ok", Description: "x".repeat(257) }, 60200],
    [{ UniqueName: "taken" }, 60208],
  ])("a limit of %j is refused with %i", async (fields, code) => {
    await created(limits, { UniqueName: "taken" });
    expect((await call("POST", limits, fields)).body.code).toBe(code);
  });

  test.each([
    [{ Interval: "60" }, 20001, "Max"],
    [{ Max: "4" }, 20001, "Interval"],
    [{ Max: "0", Interval: "60" }, 60200, "Max"],
    [{ Max: "1.5", Interval: "60" }, 60200, "Max"],
    [{ Max: "4", Interval: "86401" }, 60200, "Interval"],
    [{ Max: "4", Interval: "600" }, 60211, "Interval"],
  ])("a bucket of %j is refused with %i", async (fields, code, name) => {
    const sid = await limitOf("address", [4, 600]);
    const { body } = await call("POST", `${limits}/${sid}/Buckets`, fields);
    expect(body.code).toBe(code);
    expect(body.message).toContain(name);
  });

  test("are no more than 50 to a service and 10 to a limit, and no two buckets get one interval later", async () => {
    for (let index = 0; index < 50; index += 1) await created(limits, { UniqueName: `limit-${index}` });
    expect((await call("POST", limits, { UniqueName: "one-more" })).body.code).toBe(60207);
    const { sid } = (await call("GET", `${limits}/limit-0`)).body;
    const path = `${limits}/${sid}/Buckets`;
    const made = [];
    for (let index = 1; index <= 10; index += 1) made.push(await created(path, { Max: "1", Interval: `${index}` }));
    expect((await call("POST", path, { Max: "1", Interval: "11" })).body.code).toBe(60210);
    expect((await call("POST", `${path}/${made[0]?.sid}`, { Interval: "2" })).body.code).toBe(60211);
    expect((await call("POST", `${path}/${made[0]?.sid}`, {})).status).toBe(200);
  });

  test("of another service or nobody's are not found, and nothing can be made there", async () => {
    const sid = await limitOf("address", [1, 60]);
    const other = `/v2/Services/${await apiOf(sandbox.url).createService()}/RateLimits`;
    expect((await call("GET", `${other}/${sid}`)).status).toBe(404);
    expect((await call("POST", `${other}/${sid}/Buckets`, { Max: "1", Interval: "60" })).status).toBe(404);
    expect((await call("GET", `${other}/${sid}/Buckets`)).status).toBe(404);
    const nobodys = `/v2/Services/VA${"0".repeat(31)}9/RateLimits`;
    expect((await call("GET", nobodys)).status).toBe(404);
    expect((await call("POST", nobodys, { UniqueName: "address" })).status).toBe(404);
  });
});

describe("a start that names rate limits", () => {
  test("is refused when one is used up, and told which, by which bucket and for how long", async () => {
    await limitOf("address", [2, 60], [3, 600]);
    const numbers = ["+12025550110", "+12025550111", "+12025550112", "+12025550113"] as const;
    const value = { address: "203.0.113.7" };
    const first = await start(numbers[0], value);
    expect(first.headers.get("twilio-reached-rate-limit")).toBeNull();
    const last = await start(numbers[1], value);
    expect(last.status).toBe(201);
    expect(last.headers.get("twilio-reached-rate-limit")).toBe("address");
    expect(last.headers.get("retry-after")).toBeNull();
    const refused = await start(numbers[2], value);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      code: 20429,
      details: { rate_limit: "address", max: 2, interval: 60, retry_after_seconds: expect.any(Number) },
    });
    expect(refused.text).not.toContain("203.0.113.7");
    expect(refused.headers.get("twilio-reached-rate-limit")).toBe("address");
    expect(refused.headers.get("retry-after")).toBeNull();
    await advance(45);
    expect((await start(numbers[2], value)).headers.get("retry-after")).toMatch(/^1\d$/);
    await advance(15);
    expect((await start(numbers[3], value)).status).toBe(201);
    const inbox = await Promise.all(numbers.map((to) => apiOf(sandbox.url).messages(to)));
    expect(inbox.map(({ length }) => length)).toEqual([1, 1, 0, 1]);
  });

  test("counts each value and each service apart, reads numbers as text, and counts re-sends", async () => {
    await limitOf("user", [2, 600]);
    expect((await start("+12025550110", { user: 17 })).status).toBe(201);
    expect((await start("+12025550110", { user: "17" })).status).toBe(201);
    expect((await start("+12025550110", { user: 17 })).status).toBe(429);
    expect((await start("+12025550110", { user: 18 })).status).toBe(201);
    expect((await start("+12025550110", { user: true })).status).toBe(201);
  });

  test("of a name that the service does not have is refused by that name, and counts nothing", async () => {
    const sid = await limitOf("address", [1, 600]);
    for (const name of ["nobody", "Address", sid]) {
      const refused = await start("+12025550110", { address: "a", [name]: "a" });
      expect(refused.status).toBe(400);
      expect(refused.body).toMatchObject({ code: 60200, details: { rate_limit: name } });
      expect(refused.body.message).toBe("Invalid parameter: RateLimits");
    }
    expect((await start("+12025550110", { address: "a" })).status).toBe(201);
  });

  test.each(["[]", "{", '"a"', '{"address":null}', '{"address":{}}', '{"address":["a"]}', '{"address":" "}'])(
    "as %s is refused",
    async (RateLimits) => {
      await limitOf("address", [1, 600]);
      const { body } = await apiOf(sandbox.url).start(sandboxServiceSid, { To: "+12025550110", RateLimits });
      expect(body).toMatchObject({ code: 60200, message: "Invalid parameter: RateLimits" });
    },
  );

  test("of many at once accepts exactly as many as the limit", async () => {
    await limitOf("address", [6, 600]);
    const starts = Array.from({ length: 40 }, (_, index) => start(`+120255501${index + 10}`, { address: "a" }));
    const statuses = (await Promise.all(starts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(6);
  });
});
