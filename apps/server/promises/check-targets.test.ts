import { expect, test } from "vitest";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { describeOnDatabases } from "../test-support/sandbox.ts";

const Code = "123456";
const [ada, grace, nobody] = ["+12025550111", "+12025550112", "+12025550199"];

describeOnDatabases(({ api }) => {
  test("a check whose To and VerificationSid name different verifications finds none, and uses no attempt of either", async () => {
    const sids = await Promise.all(
      [ada, grace].map(async (To) => (await api.start(serviceSid, { To })).body.sid ?? ""),
    );
    const [adas = "", graces = ""] = sids;
    const strange = { VerificationSid: "VE00000000000000000000000000000009", To: ada };
    const crossed = [
      { VerificationSid: adas, To: nobody },
      { VerificationSid: adas, To: grace },
      { VerificationSid: adas, To: "ada@example.com" },
      { VerificationSid: graces, To: ada },
      strange,
    ];
    for (const target of [...crossed, ...crossed]) {
      for (const code of [Code, "000000"]) {
        const { status, body } = await api.check(serviceSid, { ...target, Code: code });
        expect([status, body.code, body.details]).toEqual([404, 20404, { reason: "unknown" }]);
      }
    }
    const unreadable = await api.check(serviceSid, { VerificationSid: adas, To: "nobody", Code });
    expect([unreadable.status, unreadable.body.message]).toEqual([400, "Invalid parameter: To"]);
    expect((await api.check(serviceSid, { VerificationSid: adas, To: ada, Code })).body.status).toBe("approved");
    expect((await api.check(serviceSid, { To: grace, Code })).body.status).toBe("approved");
  });
});
