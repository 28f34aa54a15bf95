import { beforeAll, expect, test } from "vitest";
import type { Fields } from "../test-support/api.ts";
import { databaseKindsOr } from "../test-support/databases.ts";
import { describeOn } from "../test-support/sandbox.ts";

const payment = { Amount: "10 EUR", Payee: "Acme" };
const Code = "123456";
/** Empty, blank, and of characters that nobody sees: a mark of direction, a zero-width space, a Hangul filler, blank Braille. */
const unseen = ["", "  ", "\u202e", "\u200b", "\u3164", "\u2800", "\t\u00a0\u2028"];
const named: Fields[] = [payment, { Amount: "10 EUR" }, { Payee: "Acme" }];

describeOn(databaseKindsOr("SQLite"))(({ api }) => {
  let without: string;
  let psd2: string;
  beforeAll(async () => {
    without = await api.createService();
    psd2 = await api.createService({ Psd2Enabled: "true" });
  });

  test.each(named)(
    "a start that names a payment (%o) is refused where none would be bound, and sends nothing",
    async (fields) => {
      const To = "+12025550150";
      for (const Channel of ["sms", "call", "whatsapp", "auto", "sna"]) {
        expect((await api.start(without, { To, Channel, ...fields })).body.code).toBe(60204);
      }
      const mail = { To: "ada@example.com", Channel: "email" };
      expect((await api.start(without, { ...mail, ...fields })).body.code).toBe(60204);
      expect([...(await api.messages(To)), ...(await api.messages(mail.To))]).toEqual([]);
    },
  );

  test("a check that names a payment is refused where none was bound, and uses no attempt", async () => {
    const To = "+12025550151";
    const { body } = await api.start(without, { To });
    for (const target of [{ To }, { VerificationSid: body.sid ?? "" }]) {
      for (const fields of [...named, ...named]) {
        const check = await api.check(without, { ...target, Code, ...fields });
        expect([check.status, check.body.code]).toEqual([403, 60204]);
      }
    }
    expect((await api.check(without, { To, Code })).body.status).toBe("approved");
  });

  test("a check that names a payment is counted, and never approves what was started without one", async () => {
    const To = "+12025550152";
    const serviceSid = await api.createService();
    await api.start(serviceSid, { To });
    await api.call("POST", `/v2/Services/${serviceSid}`, { Psd2Enabled: "true" });
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await api.check(serviceSid, { To, Code, ...payment })).body.status);
    expect(statuses).toEqual(["pending", "pending", "pending", "pending", "max_attempts_reached"]);
  });

  test("nor does silent network authentication approve a payment", async () => {
    const To = "+12025550149";
    const serviceSid = await api.createService();
    const { body } = await api.start(serviceSid, { To, Channel: "sna" });
    expect((await fetch(body.sna?.url ?? "")).status).toBe(200);
    await api.call("POST", `/v2/Services/${serviceSid}`, { Psd2Enabled: "true" });
    expect((await api.check(serviceSid, { To, ...payment })).body.status).toBe("pending");
    await api.call("POST", `/v2/Services/${serviceSid}`, { Psd2Enabled: "false" });
    expect((await api.check(serviceSid, { To })).body.status).toBe("approved");
  });

  test.each(unseen)("an amount or a payee of which nobody sees anything (%j) is missing", async (text) => {
    const To = "+12025550153";
    await api.start(psd2, { To, ...payment });
    for (const name of ["Amount", "Payee"]) {
      const fields = { To, ...payment, [name]: text };
      expect((await api.start(psd2, fields)).body.code).toBe(60206);
      expect((await api.check(psd2, { Code, ...fields })).body.code).toBe(60206);
    }
    expect((await api.check(psd2, { To, Code, ...payment })).body.status).toBe("approved");
    const started = await api.start(without, { To, Amount: text, Payee: text });
    expect([started.status, (await api.check(without, { To, Code, Amount: text })).body.status]).toEqual([
      201,
      "approved",
    ]);
  });
});
