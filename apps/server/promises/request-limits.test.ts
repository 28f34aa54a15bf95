import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { createAccount, databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("PostgreSQL"))("on %s", (kind) => {
  /** Three on one database. */
  let sandboxes: Running[];
  let apis: Api[];
  let other: Api;
  beforeAll(async () => {
    const databaseUrl = await databases.create(kind);
    sandboxes = [];
    for (let count = 0; count < 3; count += 1) sandboxes.push(await startSandbox({ databaseUrl }));
    apis = sandboxes.map(({ url }) => apiOf(url));
    other = apiOf((sandboxes[0] as Running).url, await createAccount(databaseUrl));
  });
  afterAll(() => Promise.all(sandboxes.map((sandbox) => sandbox.close())));

  /** Requests at once to all servers. @returns how many were answered */
  async function answered(count: number, request: (api: Api) => Promise<Answer>, waitMax: number): Promise<number> {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => request(apis[index % apis.length] as Api)),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, body, headers } of refused) {
      expect([status, body.code]).toEqual([429, 20429]);
      const wait = body.details?.retry_after_seconds ?? 0;
      expect(headers.get("retry-after")).toBe(wait <= 30 ? String(wait) : null);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(waitMax);
    }
    return count - refused.length;
  }

  const advance = (Seconds: string) => Promise.all(apis.map((api) => api.call("POST", "/sandbox/clock", { Seconds })));
  const reset = () => Promise.all(apis.map((api) => api.call("POST", "/sandbox/reset")));

  test.each(["/v2/Attempts", "/v2/Attempts/Summary"])(
    "security 13 and 14: %s is answered a hundred times a minute, by all servers together, and to each account",
    async (path) => {
      const read = (api: Api) => api.call("GET", path);
      expect(await answered(130, read, 60)).toBe(100);
      expect(await answered(1, read, 60)).toBe(0);
      expect((await read(other)).status).toBe(200);
      await advance("60");
      expect(await answered(3, read, 60)).toBe(3);
    },
  );

  test("security 13 and 14: a verification is fetched sixty times a minute, 180 an hour, by sid or by recipient", async () => {
    const [api] = apis as [Api];
    const [To, untouched] = ["+12025550101", "+12025550102"];
    const { body } = await api.start(serviceSid, { To });
    await api.start(serviceSid, { To: untouched });
    const bySid = (each: Api) => each.fetch(serviceSid, body.sid ?? "");
    const byRecipient = (each: Api) => each.fetch(serviceSid, To);
    expect(await answered(40, bySid, 60)).toBe(40);
    expect(await answered(40, byRecipient, 60)).toBe(20);
    expect((await api.fetch(serviceSid, untouched)).status).toBe(200);
    for (const expected of [60, 60, 0]) {
      await advance("60");
      expect(await answered(70, bySid, 3600)).toBe(expected);
    }
    // A check is none of them.
    expect((await api.check(serviceSid, { To, Code: "123456" })).body.status).toBe("approved");
  });

  test("a reset of the sandbox forgets what was counted", async () => {
    const read = (api: Api) => api.call("GET", "/v2/Attempts");
    await reset();
    expect(await answered(100, read, 60)).toBe(100);
    expect(await answered(1, read, 60)).toBe(0);
    await reset();
    expect(await answered(1, read, 60)).toBe(1);
  });
});
