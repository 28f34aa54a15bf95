import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxAccount, sandboxServiceSid } from "./sandbox.ts";

const sandbox = useSandbox();

function lookUp(number: string, options = {}) {
  const client = twilio(sandboxAccount.accountSid, sandboxAccount.authToken);
  client.lookups.baseUrl = sandbox.url;
  return client.lookups.v2.phoneNumbers(number).fetch(options);
}
const line = { fields: "line_type_intelligence" };

describe("a lookup by the official SDK, its base URL changed and nothing else", () => {
  test("tells a number in full, and nothing that was not asked for", async () => {
    expect((await lookUp("+12025550123")).toJSON()).toEqual({
      callingCountryCode: "1",
      countryCode: "US",
      phoneNumber: "+12025550123",
      nationalFormat: "(202) 555-0123",
      valid: true,
      validationErrors: [],
      url: `${sandbox.url}/v2/PhoneNumbers/+12025550123`,
      lineTypeIntelligence: null,
      callerName: null,
      simSwap: null,
      callForwarding: null,
      lineStatus: null,
      identityMatch: null,
      reassignedNumber: null,
      smsPumpingRisk: null,
      phoneNumberQualityScore: null,
      preFill: null,
    });
  });

  test.each([
    ["+12025550123", "mobile", "Example Wireless"],
    ["+12025550152", "landline", "Example Telephone"],
    ["+12025550165", "nonFixedVoip", "Example Voice"],
    ["+14155552671", "mobile", null],
    ["+442079460000", "landline", null],
    ["+447700900123", "unknown", null],
    ["+4915112345678", "mobile", null],
    ["+18005550199", "mobile", "Example Wireless"],
    ["+18002255288", "tollFree", null],
    ["+448712345678", "premium", null],
    ["+49180512345", "sharedCost", null],
    ["+443001234567", "uan", null],
    ["+447012345678", "personal", null],
  ])("says of %s that its line is %s", async (number, type, carrierName) => {
    const { lineTypeIntelligence } = await lookUp(number, line);
    expect(lineTypeIntelligence).toMatchObject({ type, carrierName, errorCode: null });
  });

  test("knows no Canadian line, as the lookup of a start", async () => {
    const { lineTypeIntelligence } = await lookUp("+16135550123", line);
    expect(lineTypeIntelligence).toMatchObject({ type: null, errorCode: 60601 });
  });

  test.each([
    ["+1202555", "TOO_SHORT"],
    ["+120255501234567", "TOO_LONG"],
    ["+12000000000", "INVALID_BUT_POSSIBLE"],
    ["+999123456789", "INVALID_COUNTRY_CODE"],
    ["nobody", "NOT_A_NUMBER"],
    ["ada@example.com", "NOT_A_NUMBER"],
    ["error-60203@example.com", "NOT_A_NUMBER"],
  ])("says of %s that it is none: %s", async (number, error) => {
    const found = await lookUp(number, line);
    expect(found).toMatchObject({ valid: false, validationErrors: [error], nationalFormat: null });
    expect(found.lineTypeIntelligence).toBeNull();
  });

  test("reads a number as it is written within a country", async () => {
    expect((await lookUp("(202) 555-0123")).phoneNumber).toBe("+12025550123");
    expect((await lookUp("020 7946 0000", { countryCode: "GB" })).phoneNumber).toBe("+442079460000");
    await expect(lookUp("020 7946 0000", { countryCode: "ZZ" })).rejects.toMatchObject({ status: 400, code: 60200 });
  });

  test("refuses what it cannot tell, and takes several fields", async () => {
    await expect(lookUp("+12025550123", { fields: "caller_name" })).rejects.toMatchObject({ status: 400, code: 60200 });
    const both = await lookUp("+12025550123", { fields: "validation,line_type_intelligence" });
    expect(both.lineTypeIntelligence.type).toBe("mobile");
  });
});

test.each(["+12025550123", "+18002255288", "+12000000000", "+15005560203", "+447700900123", "+999123456789"])(
  "takes %s for valid where a start takes it for a number",
  async (To) => {
    const { valid } = await lookUp(To);
    const { body } = await sandbox.api.start(sandboxServiceSid, { To, Channel: "sms" });
    const isNone = "code" in body && body.code === 60200;
    expect(valid).toBe(!isNone);
  },
);

test("has no numbers for strangers", async () => {
  const nobody = apiOf(sandbox.url, { accountSid: "AC00000000000000000000000000000009", authToken: "x" });
  expect((await nobody.call("GET", "/v2/PhoneNumbers/+12025550123")).status).toBe(401);
});
