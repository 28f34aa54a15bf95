import { describe, expect, test } from "vitest";
import { type CarrierSource, carrierLookup, sandboxCarriers } from "./carrier-lookup.ts";
import { parseRecipient } from "./recipient.ts";

const phone = (text: string) => {
  const outcome = parseRecipient(text, "sms");
  if (!outcome.ok || outcome.value.kind !== "phone") throw new Error(`${text} is no phone number`);
  return outcome.value;
};
const nothing: CarrierSource = () => null;
const unknown = { mobileCountryCode: null, mobileNetworkCode: null, type: null, name: null, errorCode: null };

describe("the kind of line", () => {
  test.each([
    ["+4915112345678", "mobile"],
    ["+4930123456", "landline"],
    ["+12025550123", "mobile"],
    ["+445612345678", "voip"],
    ["+88213300655", "voip"],
    ["+18885550123", null],
    ["+19005550123", null],
    ["+80012345678", null],
    ["+15005560203", null],
  ])("%s is %s by the numbering plan", (text, type) => {
    expect(carrierLookup(phone(text), nothing)).toEqual({ ...unknown, type });
  });

  test("is the source's where it knows better", () => {
    const source: CarrierSource = () => ({
      name: "A",
      mobileCountryCode: null,
      mobileNetworkCode: null,
      line: "fixedVoip",
    });
    expect(carrierLookup(phone("+4915112345678"), source)).toEqual({ ...unknown, type: "voip", name: "A" });
  });
});

test("the carrier is what the source says", () => {
  const source: CarrierSource = ({ value }) =>
    value === "+4915112345678" ? { name: "A", mobileCountryCode: "262", mobileNetworkCode: "01" } : null;
  expect(carrierLookup(phone("+4915112345678"), source)).toEqual({
    mobileCountryCode: "262",
    mobileNetworkCode: "01",
    type: "mobile",
    name: "A",
    errorCode: null,
  });
});

test("Canada has no data, and says why, unless the source has some", () => {
  const source: CarrierSource = () => ({ name: "A", mobileCountryCode: "302", mobileNetworkCode: "720" });
  expect(carrierLookup(phone("+14165550123"), nothing)).toEqual({ ...unknown, errorCode: 60601 });
  expect(carrierLookup(phone("+14165550123"), source)).toMatchObject({ name: "A", type: "mobile", errorCode: null });
});

describe("the sandbox", () => {
  test.each([
    ["+12025550100", "mobile", "Example Wireless", "310", "410"],
    ["+12025550149", "mobile", "Example Wireless", "310", "410"],
    ["+12025550150", "landline", "Example Telephone", null, null],
    ["+12025550159", "landline", "Example Telephone", null, null],
    ["+12025550160", "voip", "Example Voice", null, null],
    ["+12025550169", "voip", "Example Voice", null, null],
    ["+12025550170", "voip", "Example Voice", null, null],
    ["+12025550171", null, null, null, null],
    ["+12025550178", null, null, null, null],
    ["+12025550179", "mobile", "Example Wireless", "310", "410"],
    ["+12025550199", "mobile", "Example Wireless", "310", "410"],
  ])("%s is a %s line of %s", (text, type, name, mobileCountryCode, mobileNetworkCode) => {
    expect(carrierLookup(phone(text), sandboxCarriers)).toEqual({
      mobileCountryCode,
      mobileNetworkCode,
      type,
      name,
      errorCode: null,
    });
  });

  test("knows no carrier in Canada, nor of a real number", () => {
    expect(carrierLookup(phone("+14165550150"), sandboxCarriers)).toEqual({ ...unknown, errorCode: 60601 });
    expect(carrierLookup(phone("+4930123456"), sandboxCarriers)).toEqual({ ...unknown, type: "landline" });
  });
});
