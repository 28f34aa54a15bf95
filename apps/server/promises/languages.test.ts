import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Locale, messageTexts } from "../src/kernel/locale.ts";
import { smsPieces } from "../src/kernel/sms.ts";
import { builtInTemplates } from "../src/templates/built-ins.ts";
import type { Template } from "../src/templates/template.ts";
import { composeMessage } from "../src/verifications/message.ts";

const guide = new URL("../../../spec/guides/languages.md", import.meta.url);
const locales = Object.keys(messageTexts) as Locale[];
/** The languages whose letters are all in GSM-7. */
const gsmLocales = "af da de en en-GB et fi fr id it ms nb nl sv tl".split(" ");
/** By the first of the tags that share its texts, all of them. */
const languages = locales
  .filter((locale) => locales.find((other) => messageTexts[other] === messageTexts[locale]) === locale)
  .map((locale) => {
    const tags = locales.filter((other) => messageTexts[other] === messageTexts[locale]);
    return [locale, tags.map((tag) => `\`${tag}\``)] as const;
  });
const templates = builtInTemplates();

/** The SMS with the longest code, by a template or as usual. */
const textOf = (
  locale: Locale,
  friendlyName: string,
  doNotShare: boolean,
  template?: Template,
  code = "1234567890",
) => {
  const translation = template?.translations.get(locale);
  return composeMessage({
    ...{ channel: "sms", locale, friendlyName, code, codeLength: code.length, doNotShare, lifetimeMs: 86_400_000 },
    ...{ amount: null, payee: null, appHash: null, dtmfInputRequired: false },
    template: translation && { sid: "", locale, translation, values: new Map(), parameter: "" },
  }).text;
};
const ownName = (locale: Locale) => {
  const words = messageTexts[locale].sms.replace(/\{\w+\}/g, "");
  return (/\p{L}/u.exec(words)?.[0] ?? "").repeat(30);
};
const partsOf = (text: string) => smsPieces(text, 8).pieces.length;

test("no SMS has more than two parts, in any language, by any template, with a name of 30 letters, with and without the warning", () => {
  const tooLong: string[] = [];
  const inUcs2: string[] = [];
  for (const locale of locales) {
    // With a name beyond GSM-7 all is UCS-2, where it needs most room; beside letters of UCS-2 a Latin name changes nothing.
    const isGsm = gsmLocales.includes(locale);
    for (const name of [ownName(locale), (isGsm ? "я" : "n").repeat(30)]) {
      for (const template of [undefined, ...templates]) {
        const texts = [false, true].map((doNotShare) => textOf(locale, name, doNotShare, template));
        tooLong.push(...texts.filter((text) => partsOf(text) > 2));
        if (isGsm && !name.startsWith("я")) inUcs2.push(...texts.filter((text) => !smsPieces(text, 8).isGsm));
      }
    }
  }
  expect(locales.filter((locale) => partsOf(textOf(locale, "Acme", false, undefined, "123456")) > 1)).toEqual([]);
  expect({ tooLong, inUcs2 }).toEqual({ tooLong: [], inUcs2: [] });
});

test("the guide has the parts and the texts of every language, as they are", async () => {
  const [head = ""] = readFileSync(guide, "utf8").split(/(?<=^<!-- .* -->\n)/m);
  const written = [head.trimEnd(), partsTable(), "## The texts", aboutTexts, ...textsByLanguage()].join("\n\n");
  await expect(`${written}\n`).toMatchFileSnapshot(guide.pathname);
});

const aboutTexts =
  "First the five bases, in the order of the templates, then the sentences of _never ask_, _expiration_ and _do not share_.";

function partsTable(): string {
  const rows = languages.map(([locale, tags]) => {
    const name = ownName(locale);
    const warned = textOf(locale, name, true);
    return [
      tags,
      gsmLocales.includes(locale) ? "GSM-7" : "UCS-2",
      partsOf(textOf(locale, name, false)),
      warned.includes("\n") ? partsOf(warned) : "left out",
      ...inBases(templates.map((template) => partsOf(textOf(locale, name, false, template)))),
    ];
  });
  return table([["Locale", "Letters", "Usual text", "With the warning", "Base", "2", "3", "4", "5"], ...rows]);
}

/** The figures of one base each, in the order of the templates. */
function inBases(parts: number[]): number[][] {
  return [0, 5, 10, 15, 20].map((from) => parts.slice(from, from + 5));
}

function textsByLanguage(): string[] {
  return languages.map(([locale, tags]) => {
    const { neverAsk, expires, keepSecret } = messageTexts[locale];
    const texts = templates.flatMap(({ friendlyName, translations }) =>
      / with /.test(friendlyName) ? [] : [translations.get(locale)?.text],
    );
    const lines = [...texts, neverAsk, expires.replace("{ttl}", "{{ttl}}"), keepSecret].join("<br>");
    return `${tags.join(" ")}<br>${locale === "ar" || locale === "he" ? `<span dir="rtl">${lines}</span>` : lines}`;
  });
}

/** As the formatter aligns it. */
function table(rows: unknown[][]): string {
  const cells = rows.map((row) => row.map((cell) => (Array.isArray(cell) ? cell.join(" ") : String(cell))));
  const widths = (cells[0] ?? []).map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: string[]) => `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return cells.map((row, index) => (index === 0 ? `${line(row)}\n${rule}` : line(row))).join("\n");
}
