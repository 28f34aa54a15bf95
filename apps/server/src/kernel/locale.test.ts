import fc from "fast-check";
import { getCountries } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { messageTexts, resolveLocale } from "./locale.ts";
import { accepted, refused } from "./refusal.ts";

const notFound = refused(20404, { details: { parameter: "Locale" } });

describe("by parameter", () => {
  test.each(Object.keys(messageTexts))("%s is itself, in any case", (tag) => {
    for (const parameter of [tag, tag.toUpperCase(), tag.toLowerCase()]) {
      expect(resolveLocale({ parameter, country: "FR" })).toEqual(accepted(tag));
    }
  });

  test.each([
    ["en-US", "en"],
    ["en-gb-oxendict", "en-GB"],
    ["de-AT", "de"],
    ["es-419", "es"],
    ["pt-AO", "pt"],
    ["sr-Latn", null],
    ["nb-NO", "nb"],
    ["no", "nb"],
    ["fil", "tl"],
    ["iw-IL", "he"],
    ["in", "id"],
    ["pt_BR", "pt-BR"],
    ["zh_Hant-TW", "zh-HK"],
    ["de_AT", "de"],
    ["zh-SG", "zh"],
    ["zh-Hans-CN", "zh"],
    ["zh-TW", "zh-HK"],
    ["zh-Hant-TW", "zh-HK"],
  ])("%s falls back to %s", (parameter, locale) => {
    const expected = locale ? accepted(locale) : notFound;
    expect(resolveLocale({ parameter, country: null })).toEqual(expected);
  });

  test.each([
    "",
    "xx",
    "tlh",
    "e",
    "english",
    "de__DE",
    "de-",
    "-de",
    "de--AT",
    "de AT",
    "en\n",
    "__proto__",
    "toString",
  ])("%j is not found", (parameter) => {
    expect(resolveLocale({ parameter, country: "DE" })).toEqual(notFound);
  });

  test("any text is a supported language or not found", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z]{2}(-[a-zA-Z0-9]{1,4}){0,2}$/)), (parameter) => {
        const outcome = resolveLocale({ parameter, country: null });
        if (outcome.ok) expect(messageTexts).toHaveProperty([outcome.value]);
        else expect(outcome).toEqual(notFound);
      }),
    );
  });
});

describe("by country", () => {
  test.each([
    ["US", "en"],
    ["GB", "en-GB"],
    ["DE", "de"],
    ["BR", "pt-BR"],
    ["MX", "es"],
    ["HK", "zh-HK"],
    ["CN", "zh-CN"],
    ["IN", "en"],
    ["XK", "en"],
    [null, "en"],
  ])("%s speaks %s", (country, locale) => {
    expect(resolveLocale({ parameter: null, country })).toEqual(accepted(locale));
  });

  test("every country with phone numbers has a language", () => {
    const locales = getCountries().map((country) => resolveLocale({ parameter: null, country }));
    expect(locales.every(({ ok }) => ok)).toBe(true);
    expect(new Set(locales.map((locale) => locale.ok && locale.value)).size).toBeGreaterThan(30);
  });
});
