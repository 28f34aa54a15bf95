import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budget } from "../../../../scripts/budget.ts";
import { parseRecipient, recipientInPath } from "./recipient.ts";
import { invalid } from "./refusal.ts";

const refusal = (recipient: string) => invalid("To", { recipient });
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const read = (text: string) => {
  const outcome = parseRecipient(text);
  return outcome.ok ? outcome.value : null;
};

describe("phone numbers", () => {
  test.each([
    ["+12025550123", "US", "1", "FIXED_LINE_OR_MOBILE", true],
    ["+14165550123", "CA", "1", "FIXED_LINE_OR_MOBILE", true],
    ["+447400123456", "GB", "44", "MOBILE", false],
    ["+4915112345678", "DE", "49", "MOBILE", false],
    ["+5491123456789", "AR", "54", "MOBILE", false],
    ["+77011234567", "KZ", "7", "MOBILE", false],
    ["+80012345678", null, "800", "TOLL_FREE", false],
  ])(
    "%s is accepted as it stands, with what its numbering plan says of it",
    (value, country, callingCode, type, isFictional) => {
      const phone = { kind: "phone", value, country, callingCode, type, isFictional };
      expect(parseRecipient(value, "sms")).toEqual({ ok: true, value: phone });
    },
  );

  test("a national prefix after the calling code is dropped, so that one line has one key", () => {
    expect(read("+4402071838750")).toEqual(read("+442071838750"));
  });

  test.each([
    "",
    "+",
    "2025550123",
    "12025550123",
    "0012025550123",
    "+1 202 555 0123",
    "+1-202-555-0123",
    "+1(202)5550123",
    "+12025550123 ",
    "+447700 900123",
    " +12025550123",
    "+12025550123\n",
    "+12025550123;ext=5",
    "+12025550123x5",
    "+1202555012٣",
    "+1202KLONDIKE",
    "++12025550123",
    "+02025550123",
    "tel:+12025550123",
    "__proto__",
  ])("%j is refused, and said to be no E.164", (text) => {
    expect(parseRecipient(text)).toEqual(refusal("not_e164"));
  });

  test.each([
    "+120255501",
    "+120255501234567",
    "+15555550123",
    "+15551234567",
    "+9991234567",
    // Beside the numbers of fiction, and as numbers that no country has.
    "+447700901000",
    "+441632961000",
    "+33639971234",
    "+353209212345",
    "+15555550100",
  ])("%s is refused, and said to be a number that nobody can have", (text) => {
    expect(parseRecipient(text)).toEqual(refusal("unknown_number"));
  });

  test("the fictional numbers of every area code in use are accepted, where 555 is no listed exchange too", () => {
    for (const areaCode of [201, 202, 212, 242, 246, 305, 416, 604, 758, 787, 876, 989]) {
      for (const line of ["0100", "0142", "0199"]) {
        const phone = `+1${areaCode}555${line}`;
        expect(read(phone), phone).toMatchObject({ value: phone, callingCode: "1" });
        expect(read(phone), phone).toMatchObject({ isFictional: true });
      }
    }
    expect(read("+12025550200")).toMatchObject({ isFictional: false });
  });

  test.each([
    ["GB", "+447700900000", "+447700900999", "+441632960123", "+441134960000", "+441214960999", "+441614960123"],
    ["GB", "+441914980123", "+442079460958", "+442896496123", "+442920180123"],
    ["FR", "+33639981234", "+33199001234", "+33261911234", "+33353011234", "+33465711234", "+33536491234"],
    ["IE", "+353209100000", "+353209123456", "+353209199999"],
    ["AU", "+61491570156", "+61255501234", "+61370101234", "+61755509999", "+61870100000"],
    ["DE", "+493023125000", "+496990009999", "+494066969123", "+492214710123", "+498999998123"],
    ["DE", "+491713920099", "+4917604069000"],
    ["SE", "+46701740605", "+46701740699", "+46846500400", "+46313900699", "+46406280400", "+46980319299"],
  ])(
    "the numbers that %s keeps for fiction are accepted, whether its plan lists them or not: %s …",
    (country, ...all) => {
      for (const phone of all) expect(read(phone), phone).toMatchObject({ value: phone, country, isFictional: true });
    },
  );

  test("every outcome number is accepted", () => {
    fc.assert(
      fc.property(digits(5), (code) => {
        expect(read(`+150055${code}`)).toMatchObject({ value: `+150055${code}`, country: "US" });
      }),
    );
  });

  test("any text is refused or becomes E.164, and E.164 stays as it is", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^\+[0-9]{0,16}$/),
      digits(10).map((national) => `+1${national}`),
    );
    fc.assert(
      fc.property(text, (input) => {
        const outcome = parseRecipient(input, "sms");
        if (!outcome.ok) {
          expect(outcome.refusal).toMatchObject({ code: 60200, parameter: "To" });
          return;
        }
        expect(outcome.value.value).toMatch(/^\+[1-9]\d{5,14}$/);
        expect(parseRecipient(outcome.value.value, "sms")).toEqual(outcome);
      }),
      { numRuns: budget(2000) },
    );
  });

  test("the last 4096 numbers are remembered, and no more", () => {
    const first = read("+4915110000000");
    expect(read("+4915110000000")).toBe(first);
    for (let line = 1; line <= 4096; line++) read(`+491511000${String(line).padStart(4, "0")}`);
    const again = read("+4915110000000");
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });

  test("what is remembered can't be changed by a caller", () => {
    expect(Object.isFrozen(read("+12025550123"))).toBe(true);
  });
});

describe("e-mail addresses", () => {
  test.each([
    ["ada@example.com", "ada@example.com"],
    ["Ada.Lovelace+Tag@EXAMPLE.com", "ada.lovelace+tag@example.com"],
    ["+ada@example.com", "+ada@example.com"],
    ["ada@bücher.example", "ada@xn--bcher-kva.example"],
    ["ada@BÜCHER.example", "ada@xn--bcher-kva.example"],
    ["ada@例え.jp", "ada@xn--r8jz45g.jp"],
    ["ada@例え。jp", "ada@xn--r8jz45g.jp"],
    ["o'brien_{x}@mail.example.co.uk", "o'brien_{x}@mail.example.co.uk"],
  ])("%s is keyed as %s", (text, value) => {
    expect(parseRecipient(text, "email")).toEqual({ ok: true, value: { kind: "email", value } });
  });

  test.each([
    "ada",
    "@example.com",
    "ada@",
    "ada@localhost",
    "ada@@example.com",
    "ada@b@example.com",
    '"a@b"@example.com',
    '"ada"@example.com',
    "a da@example.com",
    "ada @example.com",
    "ada@exam ple.com",
    " ada@example.com",
    "ada@example.com ",
    "ada@example.com\r\nBcc: eve@example.com",
    "ada\r\n@example.com",
    "ada@example.com\n",
    "ada\u0000@example.com",
    "ada@exam\u0000ple.com",
    "ada,eve@example.com",
    "ada@example.com,eve@example.com",
    "Ada <ada@example.com>",
    "ada@example.com>",
    "adá@example.com",
    ".ada@example.com",
    "ada.@example.com",
    "a..da@example.com",
    "ada@example..com",
    "ada@.example.com",
    "ada@example.com.",
    "ada@-example.com",
    "ada@example-.com",
    "ada@ex_ample.com",
    "ada@ex%41mple.com",
    "ada@example.com/x",
    "ada@example.com?x",
    "ada@example.com#x",
    "ada@example.com:25",
    "ada@192.0.2.1",
    "ada@0x7f.1",
    "ada@[192.0.2.1]",
    "ada@exam\u202eple.com",
    "ada@exam\u200bple.com",
    `${"a".repeat(65)}@example.com`,
    `ada@${"a".repeat(64)}.com`,
    `ada@${"ü".repeat(60)}.example`,
  ])("%j is refused", (text) => {
    expect(parseRecipient(text, "email")).toEqual(
      refusal(text.includes("@") ? "not_an_address" : "not_of_the_channel"),
    );
  });

  test("254 characters are accepted and 255 are not, counted after the domain's normalisation", () => {
    const address = (length: number) => `${"ada@".padEnd(length - 3, "a.")}com`;
    expect(read(address(254))?.value).toHaveLength(254);
    expect(read(address(255))).toBeNull();
    expect(read(`ada@${"ü.".repeat(60)}com`)).toBeNull();
  });

  test("any text is refused or becomes one address in ASCII, with one @ and nothing that breaks a header", () => {
    const part = fc.string({ unit: "binary", minLength: 1 });
    const text = fc.oneof(
      part,
      fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}.com`),
      fc.stringMatching(/^[A-Za-z.+@ "-]{1,8}@[a-zü.\u3002/%-]{1,12}\.[a-z]{2,3}$/u),
    );
    fc.assert(
      fc.property(text, (input) => {
        const outcome = parseRecipient(input, "email");
        if (!outcome.ok) {
          expect(outcome.refusal).toMatchObject({ code: 60200, parameter: "To" });
          return;
        }
        expect(outcome.value.value).toMatch(/^[!-?A-~]+@[a-z0-9.-]+$/);
        expect(outcome.value.value.length).toBeLessThanOrEqual(254);
        expect(parseRecipient(outcome.value.value, "email")).toEqual(outcome);
      }),
      { numRuns: budget(2000) },
    );
  });
});

describe("channels", () => {
  test("email takes an address, every other channel a number", () => {
    for (const channel of ["sms", "call", "whatsapp", "sna", "auto"] as const) {
      expect(parseRecipient("+12025550123", channel).ok).toBe(true);
      expect(parseRecipient("ada@example.com", channel)).toEqual(refusal("not_of_the_channel"));
    }
    expect(parseRecipient("+12025550123", "email")).toEqual(refusal("not_of_the_channel"));
  });

  test("where no channel is named, either is taken", () => {
    expect(read("+12025550123")?.kind).toBe("phone");
    expect(read("ada@example.com")?.kind).toBe("email");
  });
});

describe("in a path", () => {
  test("a sid, a number and an address are told apart", () => {
    const sid = "VE00000000000000000000000000000001";
    expect(recipientInPath(sid)).toEqual({ kind: "sid", value: sid });
    expect(recipientInPath("+12025550123")).toMatchObject({ kind: "phone", value: "+12025550123" });
    expect(recipientInPath("Ada@example.com")).toEqual({ kind: "email", value: "ada@example.com" });
  });

  test.each(["", "VE1", "VA00000000000000000000000000000001", `VE${"g".repeat(32)}`, "12025550123", "__proto__"])(
    "%j is nothing",
    (text) => {
      expect(recipientInPath(text)).toBeNull();
    },
  );
});
