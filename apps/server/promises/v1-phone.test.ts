import { beforeEach, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { useSandbox } from "../test-support/sandbox.ts";

const sandbox = useSandbox();
const { v1, api: v2 } = sandbox;
beforeEach(() => v2.call("POST", "/sandbox/reset"));

const phone_number = "202-555-0123";
const To = "+12025550123";

describe("a code", () => {
  test("has four digits by default, whatever the service's length, and four to ten by code_length", async () => {
    await v1.start({ phone_number });
    await v1.start({ phone_number: "202-555-0124", code_length: 10 });
    expect((await v2.messages(To)).map(({ code }) => code)).toEqual(["1234"]);
    expect((await v2.messages("+12025550124")).map(({ code }) => code)).toEqual(["1234567890"]);
  });

  test("is fixed for the numbers that other countries keep for fiction, too, and right on v1 and v2", async () => {
    for (const [country_code, phone_number, To] of [
      ["44", "07700 900123", "+447700900123"],
      ["33", "06 39 98 12 34", "+33639981234"],
      ["353", "020 912 3456", "+353209123456"],
      ["61", "0491 570 156", "+61491570156"],
      ["49", "0171 3920042", "+491713920042"],
      ["46", "070-1740605", "+46701740605"],
    ] as const) {
      expect((await v1.start({ country_code, phone_number, code_length: 6 })).body.success, To).toBe(true);
      const check = await v1.check({ country_code, phone_number, verification_code: "123456" });
      expect(check.body.success, To).toBe(true);
      await v2.start(serviceSid, { To });
      expect((await v2.check(serviceSid, { To, Code: "123456" })).body.status).toBe("approved");
    }
  });

  test("is random for a number that is not fictional", async () => {
    const codes = new Set<string>();
    for (let last = 2700; last < 2710; last++) {
      await v1.start({ phone_number: `415-555-${last}`, code_length: 10 });
      for (const { code } of await v2.messages(`+1415555${last}`)) codes.add(code);
    }
    expect(codes.size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^\d{10}$/);
  });

  test("is sent again by a further start: same uuid, other channel, no second more", async () => {
    const first = await v1.start({ phone_number, code_length: 6 });
    await v2.call("POST", "/sandbox/clock", { Seconds: "130" });
    const again = await v1.start({ phone_number, code_length: 4, via: "call", locale: "es" });
    expect(first.body.seconds_to_expire).toBe(599);
    expect(again.body.seconds_to_expire).toBeLessThanOrEqual(469);
    expect(again.body.seconds_to_expire).toBeGreaterThan(460);
    expect(again.body).toMatchObject({ uuid: first.body.uuid, message: "Llamada a +1 202-555-0123 fue iniciada." });
    expect((await v2.messages(To)).map(({ code }) => code)).toEqual(["123456", "123456"]);
  });

  test("of ten minutes ago is not pending, and a further start is a new verification", async () => {
    const first = await v1.start({ phone_number });
    await v2.call("POST", "/sandbox/clock", { Seconds: "601" });
    expect((await v1.check({ phone_number, verification_code: "1234" })).body.error_code).toBe("60023");
    expect((await v1.status({ uuid: first.body.uuid ?? "" })).body).toMatchObject({
      status: "expired",
      seconds_to_expire: 0,
    });
    expect((await v1.start({ phone_number })).body.uuid).not.toBe(first.body.uuid);
  });
});

describe("the state", () => {
  test("is told by uuid in any case, or by number, for 30 days after the number was verified", async () => {
    const { uuid = "" } = (await v1.start({ phone_number })).body;
    const pending = { message: "Phone Verification status.", status: "pending", success: true };
    expect((await v1.status({ uuid: uuid.toUpperCase() })).body).toMatchObject(pending);
    await v1.check({ phone_number, verification_code: "1234" });
    for (const wish of [{ uuid }, { country_code: 1, phone_number: "+1 (202) 555-0123" }]) {
      const { body } = await v1.status(wish);
      expect(body.status).toBe("verified");
      expect(body.seconds_to_expire).toBeGreaterThan(590);
    }
    await v2.call("POST", "/sandbox/clock", { Seconds: String(29 * 86_400) });
    expect((await v1.status({ uuid })).body).toMatchObject({ status: "verified", seconds_to_expire: 0 });
    await v2.call("POST", "/sandbox/clock", { Seconds: String(2 * 86_400) });
    expect((await v1.status({ uuid })).body.error_code).toBe("60023");
  });

  test("of an e-mail address that v2 verifies is not told", async () => {
    const { body } = await v2.start(serviceSid, { To: "ada@example.com", Channel: "email" });
    const uuid = (body.sid ?? "").slice(2).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    expect((await v1.status({ uuid })).body.error_code).toBe("60023");
  });
});

describe("the answer of a start", () => {
  test.each([
    [{ phone_number: "202-555-0123" }, { carrier: "Example Wireless", is_cellphone: true }],
    [{ phone_number: "202-555-0160" }, { carrier: "Example Voice", is_cellphone: false }],
    [
      { phone_number: "202-555-0150", via: "call" },
      { carrier: "Example Telephone", is_cellphone: false },
    ],
    [{ phone_number: "415-555-2671" }, { carrier: null, is_cellphone: true }],
  ])("tells the line of %o", async (fields, line) => {
    expect((await v1.start(fields)).body).toMatchObject(line);
  });

  test("says nothing of a line that cannot be looked up, as in Canada", async () => {
    const { body } = await v1.start({ phone_number: "416-555-0123" });
    expect(Object.keys(body)).toEqual(["message", "seconds_to_expire", "uuid", "success"]);
  });

  test.each([
    [{ locale: "es" }, "Mensaje de texto enviado a +1 202-555-0123."],
    [{ locale: "FR" }, "SMS envoyé à +1 202-555-0123."],
    [{ locale: "pt-br" }, "Mensagem de texto enviada para +1 202-555-0123."],
    [{ locale: "xx-YY" }, "Text message sent to +1 202-555-0123."],
    [{ locale: "ja" }, "Text message sent to +1 202-555-0123."],
    [{ locale: "" }, "Text message sent to +1 202-555-0123."],
    [{ country_code: 39, phone_number: "312 345 6789" }, "SMS inviato a +39 312-345-6789."],
    [{ country_code: 39, phone_number: "312 345 6789", locale: "xx" }, "SMS inviato a +39 312-345-6789."],
    [{ country_code: 44, phone_number: "07911 123456", via: "call" }, "Call to +44 791-112-3456 initiated."],
  ])("to %o reads as its language does", async (fields, message) => {
    expect((await v1.start({ phone_number, ...fields })).body.message).toBe(message);
  });

  test("brings the message itself in the language that was asked for", async () => {
    await v1.start({ phone_number, locale: "ja" });
    const { body } = await v2.call("GET", `/sandbox/messages?To=${encodeURIComponent(To)}`);
    expect(body.messages).toMatchObject([{ locale: "ja", channel: "sms" }]);
  });
});

describe("a code of the caller's own", () => {
  beforeEach(() => v2.call("POST", `/v2/Services/${serviceSid}`, { CustomCodeEnabled: "true" }));

  test("is sent, can be checked here too, and is replaced by another one", async () => {
    const first = (await v1.start({ phone_number, custom_code: "8247" })).body;
    const second = (await v1.start({ phone_number, custom_code: 901122 })).body;
    expect((await v2.messages(To)).map(({ code }) => code)).toEqual(["901122", "8247"]);
    expect(first.uuid).toBe(second.uuid);
    expect(first.sms_id).not.toBe(second.sms_id);
    expect((await v1.check({ phone_number, verification_code: "8247" })).body.error_code).toBe("60022");
    expect((await v1.check({ phone_number, verification_code: "901122" })).status).toBe(200);
  });

  test("is sent again, unchanged, by a start without one", async () => {
    await v1.start({ phone_number, custom_code: "8247" });
    const again = await v1.start({ phone_number });
    expect(again.body).not.toHaveProperty("sms_id");
    expect((await v2.messages(To)).map(({ code }) => code)).toEqual(["8247", "8247"]);
  });

  test("is 60004 unless it is four to ten digits", async () => {
    for (const custom_code of ["123", "12345678901", "12 34", "abcd"]) {
      expect((await v1.start({ phone_number, custom_code })).body.error_code).toBe("60004");
    }
  });
});

describe("feedback", () => {
  let smsId: string;
  beforeEach(async () => {
    await v2.call("POST", `/v2/Services/${serviceSid}`, { CustomCodeEnabled: "true" });
    smsId = (await v1.start({ phone_number, custom_code: "8247" })).body.sms_id ?? "";
  });

  test("is kept and answered, and a later one replaces its outcome", async () => {
    const first = await v1.feedback(smsId, { Outcome: "not-received" });
    expect([first.status, first.body]).toEqual([
      200,
      {
        account_sid: "",
        message_sid: smsId,
        outcome: "not-received",
        date_created: expect.stringMatching(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/),
        date_updated: expect.any(String),
        uri: "",
        success: true,
      },
    ]);
    await v2.call("POST", "/sandbox/clock", { Seconds: "120" });
    const second = (await v1.feedback(smsId, { Outcome: "received" })).body as Record<string, string>;
    expect(second).toMatchObject({ outcome: "received", date_created: (first.body as typeof second).date_created });
    expect(second.date_updated).not.toBe(second.date_created);
    expect((await v1.feedback(smsId)).body).toEqual(second);
  });

  test("without an outcome records nothing", async () => {
    expect((await v1.feedback(smsId)).body).toMatchObject({ outcome: "received" });
    expect((await v1.status({ country_code: 1, phone_number })).body.status).toBe("pending");
  });

  test("that the code was received verifies the number, and converts the attempt", async () => {
    await v1.feedback(smsId, { Outcome: "received" });
    expect((await v1.status({ country_code: 1, phone_number })).body.status).toBe("verified");
    expect((await v1.check({ phone_number, verification_code: "8247" })).body.error_code).toBe("60023");
    const { attempts } = (await v2.call("GET", "/v2/Attempts")).body;
    expect(attempts).toMatchObject([{ conversion_status: "converted" }]);
  });

  test("with an unknown outcome is 60004", async () => {
    const { body } = await v1.feedback(smsId, { Outcome: "maybe" });
    expect(body).toMatchObject({
      error_code: "60004",
      message: 'Invalid parameter: Outcome - Parameter must be within ["received", "not-received"]',
    });
  });
});
