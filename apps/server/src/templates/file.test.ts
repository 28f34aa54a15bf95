import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageTexts } from "../kernel/locale.ts";
import { parseTemplates } from "./file.ts";
import { templateSid } from "./template.ts";

const schema = JSON.parse(readFileSync(new URL("../../../../spec/templates.schema.json", import.meta.url), "utf8"));

const right = {
  friendly_name: "Order code",
  channels: ["sms", "voice", "email"],
  variables: { order: {}, track: { link: true } },
  translations: {
    en: { text: "{{code}} {{order}} {{track}}", subject: "Order {{order}}", html: "<p>{{code}}</p>\n<p>{{order}}</p>" },
    de: { text: "{{code}} {{order}} {{track}}\nGeben Sie ihn nicht weiter.", status: "pending" },
  },
};
const parsed = (...templates: unknown[]) => parseTemplates(JSON.stringify({ templates }, null, 1), 5);
const changed = (changes: object) => parsed({ ...right, ...changes }).problems;
const english = (changes: object) => changed({ translations: { en: { ...right.translations.en, ...changes } } });

describe("the operator's file", () => {
  test("is read with what it leaves open filled in", () => {
    const { templates, problems } = parsed(right, { ...right, friendly_name: "Other", sid: `HJ${"1".repeat(32)}` });
    expect(problems).toEqual([]);
    expect(templates[1]?.sid).toBe(`HJ${"1".repeat(32)}`);
    expect(templates[0]).toMatchObject({
      sid: templateSid("Order code"),
      channels: ["sms", "call", "email"],
      variables: ["order", "track"],
      links: ["track"],
    });
    expect([...(templates[0]?.translations ?? [])]).toMatchObject([
      ["en", { isDefault: true, status: "approved", warns: false, createdAt: 5, updatedAt: 5 }],
      ["de", { isDefault: false, status: "pending", warns: true, html: undefined }],
    ]);
  });

  test("may be YAML, whose lines are told", () => {
    const yaml = (text: string) =>
      parseTemplates(
        `templates:\n  - friendly_name: X\n    channels: [sms]\n    translations:\n      en:\n        text: ${text}\n`,
        0,
      );
    expect(yaml('"{{code}} is it"').problems).toEqual([]);
    expect(yaml("It is {{kode}}").problems).toEqual([
      "line 6, templates[0].translations.en.text does not show {{code}}.",
      expect.stringMatching(
        /^line 6, templates\[0\]\.translations\.en\.text shows \{\{kode\}\}, which is no variable; there are code,/,
      ),
    ]);
    expect(yaml("{{code}} is it").problems[0]).toMatch(/^line 6: /);
    expect(yaml('"{{code}}"\n        text: "{{code}}"').problems[0]).toMatch(
      /^line 7, .*text is there twice: line 6 has it, too\.$/,
    );
  });

  test.each([
    ["", /the file must be object/],
    ["[", /^line 1: /],
    ["{}", /the file must have required property 'templates'/],
    ['{"templates":{}}', /templates must be array/],
    ['{"templates":[],"more":1}', /^line 1, more is nothing that there is\.$/],
    ["a: &a [*a]", /./],
    [`a: &a [${"1,".repeat(999)}]\ntemplates: [${"*a,".repeat(999)}]`, /^line 2: \*a repeats too much\.$/],
    ["templates: !ours []", /^line 1: there is no tag !ours\.$/],
  ])("is refused as %j", (source, problem) => {
    expect(parseTemplates(source, 0).problems.join("\n")).toMatch(problem);
  });

  test.each([
    [() => changed({ friendly_name: "x".repeat(33) }), "friendly_name must NOT have more than 32 characters"],
    [() => changed({ friendly_name: "\u202ex" }), "friendly_name has characters that nobody sees"],
    [() => changed({ friendly_name: "Base Verification Template" }), "friendly_name is another template's, too"],
    [() => changed({ sid: "HJ1" }), "sid must match pattern"],
    [
      () => changed({ channels: ["sna"] }),
      "channels[0] must be equal to one of the allowed values: sms, voice, whatsapp, email",
    ],
    [() => changed({ channels: ["sms"], alias: "x" }), "alias is for e-mails, which the template is not for"],
    [() => changed({ alias: `HJ${"a".repeat(32)}` }), "alias looks like a SID"],
    [() => changed({ variables: { ...right.variables, ttl: {} } }), "variables.ttl is filled by the server"],
    [() => changed({ variables: { ...right.variables, name: null } }), "variables.name is shown by no text"],
    [
      () => changed({ variables: { ...right.variables, name: { kind: 1 } } }),
      "variables.name.kind is nothing that there is",
    ],
    [() => changed({ variables: {} }), "translations.en.text shows {{order}}, which is no variable"],
    [() => changed({ translations: {} }), "translations must NOT have fewer than 1 properties"],
    [
      () => changed({ translations: { xx: right.translations.en } }),
      "translations.xx as a name must be equal to one of",
    ],
    [
      () =>
        changed({
          translations: {
            en: { text: "{{code}}{{order}}{{track}}", is_default_translation: true },
            de: { text: "{{code}}", is_default_translation: true },
          },
        }),
      "translations.de is a default besides en; one is",
    ],
    [() => english({ text: "x".repeat(501) }), "translations.en.text must NOT have more than 500 characters"],
    [() => english({ text: "{{order}} {{track}}" }), "translations.en.text does not show {{code}}"],
    [
      () => english({ text: "{{code}} {{order}} {{track}} {{ code }}" }),
      "translations.en.text has braces that are no variable",
    ],
    [
      () => english({ text: "{{code}} {{order}} {{track}} \u202e" }),
      "translations.en.text has characters that nobody sees",
    ],
    [
      () => english({ text: "{{code}} {{order}} {{track}} {{amount}}" }),
      "translations.en.text shows only one of {{amount}} and {{payee}}",
    ],
    [
      () => english({ text: "{{code}} {{order}} {{track}} {{amount}} {{payee}}" }),
      "translations.en.html does not show the payment, which text shows",
    ],
    [
      () => english({ status: "new" }),
      "translations.en.status must be equal to one of the allowed values: approved, pending, rejected",
    ],
    [() => english({ subject: "{{code}}" }), "translations.en.subject shows {{code}}"],
    [() => english({ subject: "a\nb" }), "translations.en.subject has characters that nobody sees"],
    [() => english({ html: "<p>{{order}}</p>" }), "translations.en.html does not show {{code}}"],
    [() => english({ html: "{{code}} {{payee}}" }), "translations.en.html shows only one of"],
  ])("tells where something is wrong: %#", (problemsOf, problem) => {
    const problems = problemsOf();
    expect(problems.join("\n")).toContain(`templates[0].${problem}`);
    for (const each of problems) expect(each).toMatch(/^line \d+, \S+ .*\.$/);
  });

  test("tells every problem, and what is there twice", () => {
    const problems = parsed(
      right,
      { ...right, alias: "a" },
      { ...right, sid: templateSid("Order code"), alias: "a" },
      1,
    ).problems;
    expect(problems).toEqual([expect.stringMatching(/templates\[3\] must be object/)]);
    const twice = parsed(right, { ...right, alias: "a" }, { ...right, friendly_name: "Y", alias: "a" }).problems;
    expect(twice.map((problem) => problem.replace(/^line \d+, /, ""))).toEqual([
      "templates[1].sid is another template's, too.",
      "templates[1].friendly_name is another template's, too.",
      "templates[2].alias is another template's, too.",
    ]);
  });

  test("is read as the guide has one", () => {
    const guide = readFileSync(new URL("../../../../spec/guides/templates.md", import.meta.url), "utf8");
    const [, example = ""] = /```yaml\n(.*?)```/s.exec(guide) ?? [];
    const { templates, problems } = parseTemplates(example, 0);
    expect(problems).toEqual([]);
    expect(templates.map(({ friendlyName, links }) => [friendlyName, links])).toEqual([
      ["Order code", ["track"]],
      ["Payment code", []],
    ]);
    const texts = templates.flatMap(({ translations }) => [...translations.values()]);
    expect(texts.map(({ warns, status }) => [warns, status])).toEqual([
      [false, "approved"],
      [false, "pending"],
      [true, "approved"],
    ]);
  });

  test("has a schema that names every language", () => {
    expect(schema.$defs.template.properties.translations.propertyNames.enum).toEqual(Object.keys(messageTexts).sort());
  });

  test("whatever it has, is read or told to be wrong", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "templates",
        "friendly_name",
        "channels",
        "translations",
        "text",
        "en",
        "de",
        "{{code}}",
        "{{x}}",
        "sms",
        "__proto__",
        "variables",
        "link",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(word, tie("any"), { maxKeys: 4 }),
      ),
    })).any;
    const edited = fc.tuple(fc.nat(400), fc.nat(5), word).map(([at, length, text]) => {
      const source = JSON.stringify({ templates: [right] });
      return source.slice(0, at) + text + source.slice(at + length);
    });
    const sources = fc.oneof(
      edited,
      value.map((made) => JSON.stringify({ templates: [made] })),
      fc.array(word).map((words) => words.join(": \n - ")),
    );
    fc.assert(
      fc.property(sources, (source) => {
        const { templates, problems } = parseTemplates(source, 0);
        for (const problem of problems) expect(problem).toMatch(/^[^\n\p{Cc}]+\.$/u);
        for (const { translations } of problems.length > 0 ? [] : templates)
          for (const { text } of translations.values()) expect(text).toContain("{{code}}");
      }),
      { numRuns: process.env.COUNTERSIGN_TESTS === "full" ? 1_000 : 100 },
    );
  });
});
