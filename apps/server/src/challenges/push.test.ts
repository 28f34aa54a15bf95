import { request } from "node:http";
import { beforeEach, expect, test } from "vitest";
import type { Answer, Fields } from "../../test-support/api.ts";
import { dump } from "../../test-support/databases.ts";
import { type Device, enrolledDevice } from "../../test-support/device.ts";
import { describeOnDatabases } from "../../test-support/sandbox.ts";
import { sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";

const told = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;

describeOnDatabases((sandbox) => {
  const { api } = sandbox;
  let people = 0;
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const phone = () => enrolledDevice(() => sandbox.url, { identity: `phone-of-${++people}` });
  const ask = (device: Device, fields: Fields = {}) =>
    api.call("POST", `${device.path}/Challenges`, {
      ...{ FactorSid: device.sid, "Details.Message": "Pay 10\u202f€ to “Acme”?" },
      ...{
        "Details.Fields": '{"label":"City","value":"Z\u00fcrich/\u6771\u4eac"}',
        HiddenDetails: '{"ip":"203.0.113.7"}',
      },
      ...fields,
    });
  const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });

  test("a phone finds what it is asked, approves one and denies another by what it signed, and each is answered once", async () => {
    const device = await phone();
    const [one, two] = [await ask(device), await ask(device)];
    expect([told(one), one.body]).toMatchObject(["201 pending", { factor_type: "push", date_responded: null }]);
    const { body } = await device.call("GET", `${device.path}/Challenges?FactorSid=${device.sid}&Status=pending`);
    const { challenges } = body as unknown as { challenges: object[] };
    expect(challenges).toEqual([one.body, two.body]);
    const yes = await device.answerTo(one.body.sid, "approved");
    const approved = await device.answer(one.body.sid, yes, { Metadata: '{"number":"42"}' });
    expect(approved.body).toMatchObject({ status: "approved", metadata: { number: "42" } });
    expect(approved.body).toMatchObject({ date_responded: expect.stringMatching(/^[\d-]+T[\d:]+Z$/) });
    const no = await device.answerTo(two.body.sid, "denied");
    expect(told(await device.answer(two.body.sid, no))).toBe("200 denied");
    // Again, and the other way round.
    for (const [sid, payload] of [
      [one.body.sid, yes],
      [one.body.sid, no],
      [two.body.sid, yes],
    ]) {
      expect(told(await device.answer(sid, payload ?? ""))).toBe("403 60322");
    }
    const fetched = await api.call("GET", `${device.path}/Challenges/${one.body.sid}`);
    expect([fetched.text, fetched.headers.get("Twilio-Verify-Signature-Fields")]).toEqual([approved.text, null]);
    expect(await dump(sandbox.databaseUrl)).not.toMatch(/Acme”|203\.0\.113\.7/);
  });

  test("what is no answer of the device that was asked changes nothing, whoever brings it", async () => {
    const [device, other] = [await phone(), await phone()];
    const { sid } = (await ask(device)).body;
    const another = (await ask(device)).body.sid;
    const right = await device.answerTo(sid, "approved");
    const [head = "", body = "", signature = ""] = right.split(".");
    const foreign = (await ask(other)).body.sid;
    for (const payload of [
      await device.answerTo(another, "approved"),
      await other.answerTo(foreign, "approved"),
      await device.answerTo(sid, "approved", { details: { message: "Pay 10 € to Acme?" } }),
      await device.answerTo(sid, "approved", { expiration_date: "2999-01-01T00:00:00Z" }),
      await device.answerTo(sid, "pending"),
      `${head}.${body}.${signature.split("").reverse().join("")}`,
      `${head}.${body}.`,
      "287082",
      "x".repeat(32_000),
    ]) {
      for (const answer of [
        device.answer(sid, payload),
        api.call("POST", `${device.path}/Challenges/${sid}`, { AuthPayload: payload }),
      ]) {
        expect((await answer).body, payload.slice(0, 40)).toMatchObject({ code: 60324, status: 403 });
      }
    }
    const long = await device.answer(sid, "x".repeat(32_001));
    expect([told(long), long.body.message]).toEqual(["400 60306", "Invalid Request: AuthPayload"]);
    const noted = { Metadata: '{"number":"42"}' };
    const alone = await device.call("POST", `${device.path}/Challenges/${sid}`, noted);
    expect([told(alone), alone.body.message]).toEqual(["400 60306", "Invalid Request: AuthPayload"]);
    expect(told(await device.answer(sid, await device.answerTo(another, "approved"), noted))).toBe("403 60324");
    expect((await api.call("GET", `${device.path}/Challenges/${sid}`)).body).toMatchObject({ metadata: null });
    // Theirs is another's, and they are told no more than that.
    expect((await other.call("POST", `${device.path}/Challenges/${sid}`, { AuthPayload: right })).body.code).toBe(
      20403,
    );
    // The account may bring what the device signed.
    expect(told(await api.call("POST", `${device.path}/Challenges/${sid}`, { AuthPayload: right }))).toBe(
      "200 approved",
    );
  });

  test("an answer that comes after the end is too late, and the device no longer reads what to sign", async () => {
    const device = await phone();
    const { sid } = (await ask(device)).body;
    const payload = await device.answerTo(sid, "approved");
    await advance(300);
    expect(told(await device.answer(sid, payload))).toBe("403 60323");
    const { headers, body } = await device.call("GET", `${device.path}/Challenges/${sid}`);
    expect([body.status, headers.get("Twilio-Verify-Signature-Fields")]).toEqual(["expired", null]);
  });

  test("a challenge that has all that it may have can still be answered", async () => {
    const device = await phone();
    const wide = (length: number) => "😀".repeat(length);
    const line = JSON.stringify({ label: wide(36), value: wide(128) });
    const body = new URLSearchParams([
      ...Object.entries({ FactorSid: device.sid, "Details.Message": wide(256) }),
      ...Array<[string, string]>(20).fill(["Details.Fields", line]),
      ["HiddenDetails", JSON.stringify({ k: wide(1016) })],
    ]);
    const { sid } = (await api.call("POST", `${device.path}/Challenges`, body as unknown as Fields)).body;
    const payload = await device.answerTo(sid, "approved");
    expect(payload.length).toBeGreaterThan(16_384);
    expect(told(await device.answer(sid, payload))).toBe("200 approved");
  });

  test("a phone is asked something, is asked without a code, and shows when it was asked where its service wants that", async () => {
    const device = await phone();
    for (const [fields, parameter] of [
      [{ "Details.Message": "" }, "Details.Message"],
      [{ "Details.Message": "\u200b " }, "Details.Message"],
      [{ "Details.Message": "x".repeat(257) }, "Details.Message"],
      [{ AuthPayload: "287082" }, "AuthPayload"],
      [{ "Details.Fields": "City: London" }, "Details.Fields"],
    ] as [Fields, string][]) {
      expect((await ask(device, fields)).body).toMatchObject({ code: 60306, message: `Invalid Request: ${parameter}` });
    }
    expect((await ask(device)).body).not.toHaveProperty("details.date");
    await api.call("POST", `/v2/Services/${serviceSid}`, { "Push.IncludeDate": "true" });
    const { body } = await ask(device);
    const { details, date_created } = body as unknown as { details: object; date_created: string };
    expect(details).toMatchObject({ date: date_created });
    expect(told(await device.answer(body.sid, await device.answerTo(body.sid, "approved")))).toBe("200 approved");
  });

  test("the header has the capitals by which devices look for it", async () => {
    const device = await phone();
    const { sid } = (await ask(device)).body;
    const names = await new Promise<string[]>((resolve, reject) => {
      const headers = { authorization: `Basic ${btoa(`token:${device.token()}`)}` };
      request(`${sandbox.url}${device.path}/Challenges/${sid}`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.rawHeaders);
      })
        .on("error", reject)
        .end();
    });
    expect(names).toEqual(expect.arrayContaining(["Twilio-Verify-Signature-Fields", "Date"]));
  });
});
