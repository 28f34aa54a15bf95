import { describe, expect, test } from "vitest";
import { parseNationalNumber, shownNumber } from "./national-number.ts";

describe("a number of v1", () => {
  test.each([
    [1, "202-555-0123", "+12025550123"],
    [1, "202.555.0123", "+12025550123"],
    [1, "(202) 555 0123", "+12025550123"],
    [1, "2025550123", "+12025550123"],
    [1, "+1 202-555-0123", "+12025550123"],
    [1, "1 202 555 0123", "+12025550123"],
    [44, "07911 123456", "+447911123456"],
    [44, "7911123456", "+447911123456"],
    [39, "06 698 12345", "+390669812345"],
    [84, "86-674-2932", "+84866742932"],
    [800, "1234 5678", "+80012345678"],
    [1, "500 55 60022", "+15005560022"],
  ])("of +%i, %s, is %s", (countryCode, text, value) => {
    expect(parseNationalNumber(countryCode, text)).toMatchObject({ ok: true, value: { kind: "phone", value } });
  });

  test.each([
    [1, "12345678"],
    [222, "866742932"],
    [1, "123"],
    [1, "+44 7911 123456"],
    [1, "+7 911 123 45 67"],
    [1, ""],
    [1, "ada@example.com"],
    [1, "202-555-0123;ext=5"],
    [1, "2".repeat(10_000)],
  ])("of +%i, %s, is not valid", (countryCode, text) => {
    expect(parseNationalNumber(countryCode, text)).toEqual({ ok: false, refusal: { code: "60033" } });
  });

  test.each([999, 0, -1, 12025550123])("has no country under +%i", (countryCode) => {
    expect(parseNationalNumber(countryCode, "2025550123")).toEqual({ ok: false, refusal: { code: "60078" } });
  });
});

test.each([
  ["+84866742932", "84", "+84 86-674-2932"],
  ["+64210393363", "64", "+64 21-039-3363"],
  ["+351912345678", "351", "+351 91-234-5678"],
  ["+61477777777", "61", "+61 47-777-7777"],
  ["+380000000000", "380", "+380 00-000-0000"],
  ["+19876543210", "1", "+1 987-654-3210"],
  ["+5511964227508", "55", "+55 1-196-422-7508"],
  ["+128223", "1", "+1 2-8223"],
  ["+543173389302", "54", "+54 317-338-9302"],
])("%s is shown as recorded answers of v1 show it", (value, callingCode, shown) => {
  expect(shownNumber({ value, callingCode })).toBe(shown);
});
