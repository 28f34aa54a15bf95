import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type Api, apiOf } from "../test-support/api.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";
import { type V1Api, v1ApiOf } from "../test-support/v1-api.ts";
import { makeApplication } from "../test-support/v1-application.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("v1 and v2 on one number, on %s", (kind) => {
  let sandbox: Running;
  let v1: V1Api;
  let v2: Api;
  beforeAll(async () => {
    sandbox = await startSandbox({ databaseUrl: await databases.create(kind) });
    v1 = v1ApiOf(sandbox.url);
    v2 = apiOf(sandbox.url);
  });
  afterAll(() => sandbox.close());

  test("what v1 started v2 checks, and v1 knows it as verified", async () => {
    const { uuid = "" } = (await v1.start({ phone_number: "202-555-0101" })).body;
    const sid = `VE${uuid.replaceAll("-", "")}`;
    expect((await v2.fetch(serviceSid, sid)).body).toMatchObject({ sid, to: "+12025550101", status: "pending" });
    const checked = await v2.check(serviceSid, { To: "+12025550101", Code: "1234" });
    expect(checked.body).toMatchObject({ sid, status: "approved" });
    expect((await v1.status({ uuid })).body.status).toBe("verified");
    const again = await v1.check({ phone_number: "202-555-0101", verification_code: "1234" });
    expect(again.body.error_code).toBe("60023");
  });

  test("what v2 started v1 checks, once and for both", async () => {
    await v2.start(serviceSid, { To: "+12025550102" });
    const fields = { phone_number: "202-555-0102", verification_code: "123456" };
    expect((await v1.status({ country_code: 1, phone_number: "202-555-0102" })).body.status).toBe("pending");
    expect((await v1.check(fields)).body).toEqual({ message: "Verification code is correct.", success: true });
    const { status, body } = await v2.check(serviceSid, { To: "+12025550102", Code: "123456" });
    expect([status, body.details]).toEqual([404, { reason: "approved" }]);
  });

  test("five wrong codes lock the number on both, wherever they were checked", async () => {
    await v1.start({ phone_number: "202-555-0103" });
    const fields = { phone_number: "202-555-0103", verification_code: "9999" };
    for (let checks = 0; checks < 4; checks++) expect((await v1.check(fields)).body.error_code).toBe("60022");
    const fifth = await v2.check(serviceSid, { To: "+12025550103", Code: "9999" });
    expect(fifth.body.status).toBe("max_attempts_reached");
    for (const { status, body } of [await v1.check(fields), await v1.start(fields)]) {
      expect([status, body.error_code]).toEqual([429, "60003"]);
    }
    for (const answer of [
      await v2.start(serviceSid, { To: "+12025550103" }),
      await v2.check(serviceSid, { To: "+12025550103", Code: "1234" }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([429, 60202]);
    }
  });

  test("five wrong codes of v1 alone lock v2, and a cancellation on v2 frees both", async () => {
    const { uuid = "" } = (await v1.start({ phone_number: "202-555-0104" })).body;
    const fields = { phone_number: "202-555-0104", verification_code: "9999" };
    for (let checks = 0; checks < 5; checks++) expect((await v1.check(fields)).body.error_code).toBe("60022");
    expect((await v2.check(serviceSid, { To: "+12025550104", Code: "1234" })).body.code).toBe(60202);
    expect((await v1.status({ uuid })).body.status).toBe("expired");
    const path = `/v2/Services/${serviceSid}/Verifications/VE${uuid.replaceAll("-", "")}`;
    expect((await v2.call("POST", path, { Status: "canceled" })).status).toBe(200);
    expect((await v1.start(fields)).body.uuid).not.toBe(uuid);
  });

  test("sends are counted together, and the sixth is refused on both", async () => {
    const [phone_number, To] = ["202-555-0105", "+12025550105"];
    for (let sends = 0; sends < 3; sends++) expect((await v1.start({ phone_number })).status).toBe(200);
    for (let sends = 0; sends < 2; sends++) expect((await v2.start(serviceSid, { To })).status).toBe(201);
    const sixth = await v1.start({ phone_number });
    expect([sixth.status, sixth.body.error_code]).toEqual([429, "60003"]);
    expect((await v2.start(serviceSid, { To })).body.code).toBe(60203);
    expect((await v2.messages(To)).map(({ code }) => code)).toEqual(Array(5).fill("1234"));
  });

  test("expiry is one and the same", async () => {
    await v1.start({ phone_number: "202-555-0106" });
    await v2.start(serviceSid, { To: "+12025550107" });
    await v2.call("POST", "/sandbox/clock", { Seconds: "601" });
    const late = await v2.check(serviceSid, { To: "+12025550106", Code: "1234" });
    expect(late.body.details).toEqual({ reason: "expired" });
    const other = await v1.check({ phone_number: "202-555-0107", verification_code: "123456" });
    expect(other.body.error_code).toBe("60023");
    await v2.call("DELETE", "/sandbox/clock");
  });

  test("of 60 wrong checks at once on both, five are evaluated", async () => {
    await v1.start({ phone_number: "202-555-0108" });
    const checks = Array.from({ length: 60 }, async (_, index) => {
      if (index % 2 === 0) {
        const { body } = await v1.check({ phone_number: "202-555-0108", verification_code: "9999" });
        return body.error_code === "60022";
      }
      return (await v2.check(serviceSid, { To: "+12025550108", Code: "9999" })).status === 200;
    });
    expect((await Promise.all(checks)).filter(Boolean)).toHaveLength(5);
  });

  test("feedback is kept", async () => {
    await v2.call("POST", `/v2/Services/${serviceSid}`, { CustomCodeEnabled: "true" });
    const { sms_id = "" } = (await v1.start({ phone_number: "202-555-0109", custom_code: "8247" })).body;
    const given = (await v1.feedback(sms_id, { Outcome: "not-received" })).body;
    expect((await v1.feedback(sms_id)).body).toEqual(given);
  });
});

test("another application's key sees nothing of it, nor does another service", async () => {
  const databaseUrl = await databases.create("SQLite");
  const sandbox = await startSandbox({ databaseUrl });
  const { v1: other, serviceSid: otherService } = await addApplication(sandbox, databaseUrl);
  const v1 = v1ApiOf(sandbox.url);
  const { uuid = "" } = (await v1.start({ phone_number: "202-555-0110" })).body;
  const fields = { country_code: 1, phone_number: "202-555-0110", verification_code: "1234" };
  for (const { body } of [await other.check(fields), await other.status(fields), await other.status({ uuid })]) {
    expect(body.error_code).toBe("60023");
  }
  await other.start(fields);
  const messages = await apiOf(sandbox.url).messages("+12025550110");
  expect(messages.map(({ verification_sid }) => verification_sid)).toContain(`VE${uuid.replaceAll("-", "")}`);
  expect((await apiOf(sandbox.url).check(otherService, { To: "+12025550110", Code: "1234" })).body.status).toBe(
    "approved",
  );
  expect((await v1.status({ uuid })).body.status).toBe("pending");
  await sandbox.close();
});

/** As whoever runs the service does, beside it. */
async function addApplication(running: Running, databaseUrl: string) {
  const { sid = "", account_sid: accountSid } = (
    await apiOf(running.url).call("POST", "/v2/Services", { FriendlyName: "Other" })
  ).body as { sid?: string; account_sid: string };
  const apiKey = await makeApplication(databaseUrl, accountSid, sid);
  return { v1: v1ApiOf(running.url, apiKey), serviceSid: sid };
}

describe.each(databaseKindsOr("SQLite"))("in production, on %s", (kind) => {
  test("v1 works as it does in the sandbox, and has none of its powers", async () => {
    const databaseUrl = await databases.create(kind);
    const production = await startProduction({ databaseUrl, secret: randomBytes(32).toString("base64url") });
    const { api, credentials, sent } = production;
    const sid = await api.createService();
    const v1 = v1ApiOf(production.url, await makeApplication(databaseUrl, credentials.accountSid, sid));

    expect((await v1ApiOf(production.url).details()).body.error_code).toBe("60001");
    expect((await v1.start({ phone_number: "5005560022" })).status).toBe(200);
    const { uuid = "" } = (await v1.start({ phone_number: "415-555-2671", code_length: 8 })).body;
    const code = sent.find(({ to }) => to === "+14155552671")?.code ?? "";
    expect(code).toMatch(/^\d{8}$/);
    const wrong = code === "00000000" ? "11111111" : "00000000";
    const check = (verification_code: string) => v1.check({ phone_number: "415-555-2671", verification_code });
    expect((await check(wrong)).body.error_code).toBe("60022");
    expect((await check(code)).status).toBe(200);
    expect((await v1.status({ uuid })).body.status).toBe("verified");
    expect((await v1.info({ phone_number: "415-555-2671" })).body).toMatchObject({ type: "cellphone", provider: null });
    await production.close();
  });
});
