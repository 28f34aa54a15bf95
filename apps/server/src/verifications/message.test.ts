import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Locale, messageTexts } from "../kernel/locale.ts";
import { smsPieces } from "../kernel/sms.ts";
import { composeMessage, type MessageRequest, tooLongSms } from "./message.ts";

const locales = Object.keys(messageTexts) as Locale[];
const request: MessageRequest = {
  channel: "sms",
  locale: "en",
  friendlyName: "Acme",
  code: "123456",
  codeLength: 6,
  amount: null,
  payee: null,
  doNotShare: false,
  appHash: null,
  dtmfInputRequired: false,
  lifetimeMs: 600_000,
};
const compose = (changes: Partial<MessageRequest> = {}) =>
  composeMessage({ ...request, codeLength: (changes.code ?? request.code).length, ...changes });
const template: MessageRequest["template"] = {
  sid: "",
  locale: "en",
  translation: {
    text: "{{code}} is your code from {{friendly_name}}. It lives {{ttl}} min",
    warns: false,
    isDefault: true,
    status: "approved",
    createdAt: 0,
    updatedAt: 0,
  },
  values: new Map(),
  parameter: "TemplateCustomSubstitutions",
};
const payment = { amount: "€39.99", payee: "Acme Inc." };

describe("sms", () => {
  test("is the documented text", () => {
    expect(compose()).toEqual({ text: "Your Acme verification code is: 123456" });
  });

  test("warns in a second line if the service wants it", () => {
    expect(compose({ doNotShare: true }).text).toBe(
      "Your Acme verification code is: 123456\nDon't share this code with anyone; our employees will never ask for the code",
    );
  });

  test("with an app hash begins with <#> and ends with the hash", () => {
    expect(compose({ appHash: "He42w354ol9", code: "1234" }).text).toBe(
      "<#> Your Acme verification code is: 1234 He42w354ol9",
    );
    expect(compose({ appHash: "He42w354ol9", doNotShare: true, code: "1234" }).text).toMatch(
      /^<#> Your .*\nDon't .* He42w354ol9$/,
    );
  });

  test.each([
    ["Levi’s", "10,00\u00a0€", "“Acme” – Books…"],
    ["Levi's", "10,00 €", '"Acme" - Books...'],
  ])("has plain marks in place of typography where it then fits GSM-7: %s", (friendlyName, amount, payee) => {
    const { text } = compose({ friendlyName, amount, payee });
    expect(text).toBe(`Your Levi's code to approve the payment of 10,00 € to "Acme" - Books... is: 123456`);
  });

  test("keeps typography where it would not fit GSM-7 all the same", () => {
    expect(compose({ locale: "ru", friendlyName: "Levi’s" }).text).toContain("Levi’s");
    expect(compose({ channel: "whatsapp", friendlyName: "Levi’s" }).text).toContain("Levi’s");
  });

  test("keeps a name that begins with a digit in its own direction", () => {
    const names = { friendlyName: "24 Acme", amount: "5 EUR", payee: "7-Eleven" };
    expect(compose({ locale: "he", ...names }).text).toBe(
      "קוד \u200e24 Acme לאישור התשלום בסך \u200e5 EUR ל-\u200e7-Eleven הוא: 123456",
    );
    expect(compose({ locale: "ar", friendlyName: "Acme 24" }).text).not.toContain("\u200e");
    expect(compose({ locale: "ru", ...names }).text).not.toContain("\u200e");
  });

  test("names amount and payee of a payment", () => {
    expect(compose(payment).text).toBe("Your Acme code to approve the payment of €39.99 to Acme Inc. is: 123456");
  });
});

describe("whatsapp", () => {
  test("says the code first, and neither warning nor hash", () => {
    const message = compose({ channel: "whatsapp", doNotShare: true, appHash: "He42w354ol9" });
    expect(message).toEqual({ text: "123456 is your Acme verification code." });
  });
});

describe("email", () => {
  test("has the code in the body's first line and not in the subject", () => {
    const { text, subject } = compose({ channel: "email", doNotShare: true });
    expect(subject).toBe("Your Acme verification code");
    expect(text).toBe(
      "Your Acme verification code is: 123456\n\nIf you did not ask for this code, you can ignore this email.\n",
    );
  });

  test("is HTML in its language and direction", () => {
    expect(compose({ channel: "email", locale: "de" }).html).toContain('<html lang="de" dir="ltr">');
    expect(compose({ channel: "email", locale: "he" }).html).toContain('<html lang="he" dir="rtl">');
    expect(compose({ channel: "email" }).html).toContain("verification code is: <strong>123456</strong></p>");
  });

  test("escapes what comes from outside", () => {
    const name = `<script>alert("x")</script>&'`;
    const { html } = compose({ channel: "email", friendlyName: name, amount: "<1>", payee: "<b>" });
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;");
    expect(html).not.toMatch(/<script|<1>|<b>/);
  });
});

describe("call", () => {
  test("spells the code with pauses, twice", () => {
    expect(compose({ channel: "call", locale: "en-GB" })).toEqual({
      text: "Your Acme verification code is: 123456",
      speech: {
        language: "en-GB",
        pressKey: null,
        text: "Hello. Your Acme verification code is: 1, 2, 3, 4, 5, 6. Once more, your code is: 1, 2, 3, 4, 5, 6. Goodbye.",
      },
    });
  });

  test("says a template's whole text twice, the code spelled with pauses", () => {
    const said = "1, 2, 3, 4, 5, 6 is your code from Acme. It lives 10 min";
    expect(compose({ channel: "call", template, dtmfInputRequired: true })).toEqual({
      text: "123456 is your code from Acme. It lives 10 min",
      speech: {
        language: "en",
        pressKey: "Please press any key to hear your verification code.",
        text: `${said}. ${said}`,
      },
    });
  });

  test("asks for a key first if the service wants it", () => {
    expect(compose({ channel: "call", dtmfInputRequired: true }).speech?.pressKey).toBe(
      "Please press any key to hear your verification code.",
    );
  });
});

describe("every language", () => {
  test.each(locales)("%s fills every text", (locale) => {
    for (const channel of ["sms", "whatsapp", "email", "call"] as const) {
      for (const bound of [{}, channel === "call" ? {} : payment]) {
        const message = compose({ channel, locale, doNotShare: true, dtmfInputRequired: true, ...bound });
        expect(JSON.stringify(message)).not.toMatch(/\{\w*\}|undefined/);
        expect(message.text).toContain("123456");
        expect(message.text).toContain("Acme");
        for (const value of Object.values(bound)) expect(message.text).toContain(value);
      }
    }
  });
});

describe("the size of an SMS", () => {
  const AppHash = "He42w354ol9";
  const tooLong = (changes: Partial<MessageRequest>, CustomFriendlyName?: string) => {
    const { amount, payee, appHash } = { ...request, ...changes };
    const given = { ...(appHash !== null && { AppHash: appHash }), ...(CustomFriendlyName && { CustomFriendlyName }) };
    return tooLongSms(
      { ...compose(changes), channel: changes.channel ?? "sms", code: changes.code ?? request.code },
      { amount, payee },
      given,
    );
  };

  test.each(locales)(
    "%s: an app's message has 140 bytes at most, without the warning or in fewer words, or is refused for a payment",
    (locale) => {
      for (const friendlyName of ["Acme", "n".repeat(30), "я".repeat(30)]) {
        for (const code of ["1234", "123456", "1234567890"]) {
          for (const bound of [{}, payment]) {
            const changes = { locale, friendlyName, code, appHash: AppHash, doNotShare: true, ...bound };
            const { text } = compose(changes);
            expect(text).toMatch(new RegExp(`^<#> .*${friendlyName}.*${AppHash}$`, "s"));
            // One SMS is 140 bytes: 160 letters of seven bits, or 70 of sixteen.
            const fits = smsPieces(text, 8).pieces.length === 1;
            expect(tooLong(changes)?.refusal.parameter, text).toBe(fits ? undefined : "AppHash");
            if (!fits) expect(text).not.toContain(messageTexts[locale].doNotShare);
            if (bound !== payment) expect(fits, text).toBe(true);
          }
        }
      }
    },
  );

  test("an app's message says no less than it has room for", () => {
    const forApp = { appHash: AppHash, locale: "ru" } as const;
    expect(compose(forApp).text).toBe("<#> Ваш код подтверждения Acme: 123456 He42w354ol9");
    expect(compose({ ...forApp, friendlyName: "я".repeat(30), code: "1234567890" }).text).toBe(
      `<#> Код ${"я".repeat(30)}: 1234567890 He42w354ol9`,
    );
  });

  test.each(locales)(
    "%s: what fits once is not refused when codes have grown, but an app's hash may be left out",
    (locale) => {
      for (const friendlyName of ["n", "n".repeat(9), "n".repeat(20), "n".repeat(30), "я".repeat(12)]) {
        for (const bound of [{}, { ...payment, payee: "P".repeat(60) }]) {
          for (const appHash of [null, AppHash]) {
            const changes = { locale, friendlyName, appHash, doNotShare: true, ...bound };
            const grown = { ...changes, code: "1234567890", codeLength: 6 };
            expect(tooLong(grown)?.refusal.parameter).toBe(tooLong(changes)?.refusal.parameter);
            const { text } = compose(grown);
            if (appHash === null || tooLong(changes)) continue;
            expect(smsPieces(text, 8).pieces.length, text).toBe(1);
            const isForApp = text.startsWith("<#>");
            expect([text.includes("1234567890"), text.endsWith(` ${AppHash}`)]).toEqual([true, isForApp]);
            if (compose({ ...changes, doNotShare: false }).text.length < 66) expect(isForApp, text).toBe(true);
          }
        }
      }
    },
  );

  test("a payment of more than three parts is refused by what makes it so long", () => {
    const long = {
      locale: "hu",
      amount: "ő".repeat(63),
      payee: "ő".repeat(64),
      friendlyName: "ő".repeat(30),
      doNotShare: true,
    } as const;
    expect(tooLong(long)).toMatchObject({ refusal: { code: 60200, parameter: "Payee", details: { sms_parts: 4 } } });
    expect(tooLong({ ...long, amount: "ő".repeat(64), payee: "ő".repeat(40) })?.refusal.parameter).toBe("Amount");
    expect(tooLong({ ...long, payee: "őr" }, "ő".repeat(30))).toBeUndefined();
    expect(tooLong({ ...long, channel: "whatsapp" })).toBeUndefined();
    expect(
      tooLong({ ...long, locale: "en", payee: "a".repeat(64), amount: "1".repeat(64), friendlyName: "Acme" }),
    ).toBeUndefined();
  });
});

describe("values from outside", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("A", "\r", "\n", "\u2028", "\u202e", "\ud800", "{code}", "$&", "$1", "<", "&") }),
  );

  test("can't break a line, turn the text or reach a header", () => {
    const tags = compose({ channel: "email" }).html?.match(/</g);
    fc.assert(
      fc.property(text, text, text, (friendlyName, amount, payee) => {
        const message = compose({ channel: "email", friendlyName, amount, payee });
        expect(message.subject).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        expect(message.text.split(/[\r\n\u2028\u2029]/)).toHaveLength(4);
        expect(message.html?.match(/</g)).toEqual(tags);
        expect(compose({ friendlyName, amount, payee }).text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });

  test("are never taken for a placeholder", () => {
    expect(compose({ friendlyName: "{code}{payee}$&" }).text).toBe("Your {code}{payee}$& verification code is: 123456");
  });

  test("lose a line break, but not the letters around it", () => {
    expect(compose({ channel: "email", friendlyName: "Acme\r\nBcc: eve@example.com" }).subject).toBe(
      "Your Acme Bcc: eve@example.com verification code",
    );
  });
});
