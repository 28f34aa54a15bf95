import { describe, expect, test } from "vitest";
import { parseRecipient } from "../kernel/recipient.ts";
import { fixedCode, hasFixedCode, outcomeOf } from "./outcome-number.ts";

const recipient = (text: string) => {
  const outcome = parseRecipient(text);
  if (!outcome.ok) throw new Error(`${text} is no recipient`);
  return outcome.value;
};

describe("outcomes", () => {
  test.each([
    ["+15005560203", 60203],
    ["+15005520404", 20404],
    ["+15005568008", 68008],
    ["error-60203@example.com", 60203],
    ["Error-60203@Example.com", 60203],
  ])("%s asks for %i", (text, code) => {
    expect(outcomeOf(recipient(text))).toBe(code);
  });

  test.each([
    "+12025550123",
    "+15005460203",
    "ada@example.com",
    "error-6020@example.com",
    "error-602030@example.com",
    "error-60203@example.org",
    "an-error-60203@example.com",
    "error-60203@mail.example.com",
  ])("%s asks for none", (text) => {
    expect(outcomeOf(recipient(text))).toBeNull();
  });
});

describe("fixed codes", () => {
  test.each(["+12025550100", "+14165550142", "+12025550199", "+442079460123", "ada@example.com"])(
    "%s has one",
    (text) => {
      expect(hasFixedCode(recipient(text))).toBe(true);
    },
  );

  test.each(["+12025550099", "+12025550200", "+442079461123", "ada@example.org", "ada@notexample.com"])(
    "%s has none",
    (text) => {
      expect(hasFixedCode(recipient(text))).toBe(false);
    },
  );

  test("123456 is cut or continued to the length", () => {
    expect([4, 5, 6, 7, 8, 9, 10].map(fixedCode)).toEqual([
      "1234",
      "12345",
      "123456",
      "1234567",
      "12345678",
      "123456789",
      "1234567890",
    ]);
  });
});
