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
const nothingKnown = { mobileCountryCode: null, mobileNetworkCode: null, carrierName: null, type: null };

/** The fields that there is no data for, and where the SDK has their answers. */
const notHad = {
  caller_name: "callerName",
  sim_swap: "simSwap",
  call_forwarding: "callForwarding",
  line_status: "lineStatus",
  identity_match: "identityMatch",
  reassigned_number: "reassignedNumber",
  sms_pumping_risk: "smsPumpingRisk",
  phone_number_quality_score: "phoneNumberQualityScore",
  pre_fill: "preFill",
} as const;

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
    ["+12025550170", "fixedVoip", "Example Voice"],
    ["+12025550171", "personal", null],
    ["+12025550172", "tollFree", null],
    ["+12025550173", "premium", null],
    ["+12025550174", "sharedCost", null],
    ["+12025550175", "uan", null],
    ["+12025550176", "voicemail", null],
    ["+12025550177", "pager", null],
    ["+12025550178", "unknown", null],
    ["+12025550179", "mobile", "Example Wireless"],
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

  test.each([
    ["+16135550123", 60601],
    ["+15005560600", 60600],
    ["+15005560608", 60608],
    ["(500) 556-0607", 60607],
  ])("knows nothing of the line of %s, and says why: %i", async (number, errorCode) => {
    const { valid, lineTypeIntelligence } = await lookUp(number, line);
    expect(valid).toBe(true);
    expect(lineTypeIntelligence).toEqual({ ...nothingKnown, errorCode });
  });

  test.each([
    ["+15005520404", 404, 20404],
    ["+15005520429", 429, 20429],
    ["500-552-0503", 503, 20503],
    ["+15005560200", 400, 60200],
  ])("is refused for %s: %i/%i, an error that lookups have", async (number, status, code) => {
    await expect(lookUp(number, line)).rejects.toMatchObject({ status, code });
  });

  test("passes for the outcome number of an error that only starts have", async () => {
    for (const number of ["+15005560203", "+15005560410", "+15005560205", "error-60203@example.com"]) {
      expect((await lookUp(number, line)).valid).toBe(number.startsWith("+"));
    }
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
    expect(found).toMatchObject({ valid: false, validationErrors: [error], phoneNumber: number });
    const told = [found.callingCountryCode, found.countryCode, found.nationalFormat, found.lineTypeIntelligence];
    expect(told).toEqual([null, null, null, null]);
  });

  test.each(["020", "7 555", "+1 20", "00", "x y", "+1202555;ext=5"])(
    "says of what is no number nothing that was not typed, and its address leads to the same: %j",
    async (typed) => {
      const found = await lookUp(typed, { countryCode: "GB" });
      expect(found).toMatchObject({ valid: false, phoneNumber: typed });
      const [known = "", way = ""] = found.url.split("/PhoneNumbers/");
      expect([known, decodeURIComponent(way), way.includes("%2B")]).toEqual([`${sandbox.url}/v2`, typed, false]);
    },
  );

  test("reads a number as it is written within a country, and leaves its extension out", async () => {
    for (const written of ["(202) 555-0123", " +1 202-555-0123 ", "12025550123", "+1 (202) 555-0123 ext. 5"]) {
      expect(await lookUp(written)).toMatchObject({ phoneNumber: "+12025550123", valid: true });
    }
    const { nationalFormat, url } = await lookUp("+12025550123;ext=5");
    expect([nationalFormat, url]).toEqual(["(202) 555-0123", `${sandbox.url}/v2/PhoneNumbers/+12025550123`]);
    expect((await lookUp("020 7946 0000", { countryCode: "GB" })).phoneNumber).toBe("+442079460000");
    await expect(lookUp("020 7946 0000", { countryCode: "ZZ" })).rejects.toMatchObject({ status: 400, code: 60200 });
  });

  test("answers what it has no data for as the hosted service does where it is not enabled, each by itself", async () => {
    for (const [field, member] of Object.entries(notHad)) {
      const told = await lookUp("+12025550123", { fields: `${field}, line_type_intelligence` });
      expect(told.lineTypeIntelligence.type).toBe("mobile");
      for (const other of Object.values(notHad)) {
        expect(told.toJSON()[other] === null, `${other} for ${field}`).toBe(other !== member);
      }
      expect(told.toJSON()[member]).toMatchObject(
        /Score$|preFill/.test(member) ? { error_code: 60606 } : { errorCode: 60606 },
      );
    }
    expect((await lookUp("+1202555", { fields: "caller_name" })).callerName).toBeNull();
    expect((await lookUp("+12025550123", { fields: "validation" })).valid).toBe(true);
  });

  test.each(["live_activity", "line_type_intelligence,", "LINE_TYPE_INTELLIGENCE", "caller_name;sim_swap"])(
    "refuses the fields %s, which the hosted service has not",
    async (fields) => {
      await expect(lookUp("+12025550123", { fields })).rejects.toMatchObject({ status: 400, code: 60200 });
    },
  );

  test("refuses what has no effect, by its name", async () => {
    const told = lookUp("+12025550123", { fields: "identity_match", firstName: "Ada" });
    await expect(told).rejects.toMatchObject({ code: 60200, message: expect.stringContaining("FirstName") });
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
