import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { apiOf } from "../test-support/api.ts";
import { databaseKinds, dump, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const day = 86_400;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("security 25: 30 days after a verification ended nobody's number or address is left of it", async () => {
    const databaseUrl = await databases.create(kind);
    const sandbox = await startSandbox({ databaseUrl });
    const api = apiOf(sandbox.url);
    const [approved, expired, email, recent] = ["+12025550101", "+12025550102", "grace@example.com", "+12025550104"];
    const old = [approved, expired, email, "+12025550105"];
    await api.start(serviceSid, { To: approved });
    await api.check(serviceSid, { To: approved, Code: "123456" });
    const { body } = await api.start(serviceSid, { To: expired });
    await api.start(serviceSid, { To: email, Channel: "email" });
    await api.fetch(serviceSid, expired);
    await v1ApiOf(sandbox.url).start({ phone_number: "202-555-0105" });
    const advance = async (seconds: number) => {
      expect((await api.call("POST", "/sandbox/clock", { Seconds: String(seconds) })).status).toBe(200);
    };
    const recipients = async () => {
      const { attempts = [] } = (await api.call("GET", "/v2/Attempts")).body;
      return attempts.map(({ channel_data: { to } }) => to).toSorted();
    };

    await advance(30 * day - 60);
    expect(await recipients()).toEqual(old.toSorted());
    await api.start(serviceSid, { To: recent });
    await advance(661);

    expect(await recipients()).toEqual([recent]);
    const text = await dump(databaseUrl);
    expect([...old, recent, body.sid ?? ""].filter((each) => text.includes(each))).toEqual([]);
    // The time is again what it was, and the log could show what was erased.
    await api.call("DELETE", "/sandbox/clock");
    const { attempts = [] } = (await api.call("GET", "/v2/Attempts")).body;
    expect(attempts.map(({ channel_data: data }) => data)).toMatchObject([{ to: recent }]);
    expect((await api.check(serviceSid, { VerificationSid: body.sid ?? "", Code: "123456" })).body.details).toEqual({
      reason: "unknown",
    });
    await sandbox.close();
  });

  test("security 25: a production server erases what is too old when it starts", async () => {
    const databaseUrl = await databases.create(kind);
    const sandbox = await startSandbox({ databaseUrl });
    const { body } = await apiOf(sandbox.url).start(serviceSid, { To: "+14155552671" });
    const sid = body.sid ?? "";
    await sandbox.close();
    expect(await dump(databaseUrl)).toContain(sid);
    const production = await startProduction({
      databaseUrl,
      secret: "a secret of no less than 32 characters",
      clock: () => Date.now() + 31 * day * 1000,
    });
    await expect.poll(async () => (await dump(databaseUrl)).includes(sid), { timeout: 10_000 }).toBe(false);
    await production.close();
  });
});
