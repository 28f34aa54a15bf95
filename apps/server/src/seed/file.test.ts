import { readFileSync } from "node:fs";
import schema from "@countersign/spec/seed.schema.json" with { type: "json" };
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { bundledDocument } from "../http/bundled-document.ts";
import { parseSeed } from "./file.ts";
import { answered, isSame, kinds, membersOf, pathOf } from "./kinds.ts";

const service = { FriendlyName: "Acme" };
const problemsOf = (seed: unknown) => {
  const read = parseSeed(JSON.stringify(seed, null, 1), 0, (path) => path);
  return "problems" in read ? read.problems : read.tell(read.faults);
};

test("the schema has every setting that a request may set, and is one that editors take", () => {
  new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ["example"] }).compile(schema);
  const { properties } = schema.$defs.service;
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(membersOf("createService")));
  expect(properties.CodeLength).toMatchObject({ type: "integer", minimum: 4, maximum: 10 });
  for (const [name, member] of Object.entries(properties)) expect([name, member]).not.toHaveProperty("1.x-empty");
});

test("each setting has its place in the answer that shows it", () => {
  const all = kinds.flatMap((kind) => [kind, ...kind.parts, ...kind.parts.flatMap(({ parts }) => parts)]);
  const missing = all.flatMap(({ noun }) => {
    const { properties } = bundledDocument.components.schemas[noun] as { properties: object };
    return membersOf(`create${noun}`).flatMap((member) =>
      (pathOf(member)[0] as string) in properties ? [] : [`${noun}.${member}`],
    );
  });
  expect(missing).toEqual([]);
  expect(answered({ passkeys: { relying_party: { id: "example.com" } } }, "Passkeys.RelyingParty.Id")).toBe(
    "example.com",
  );
});

test.each([
  [{ services: [{ ...service, CodeLength: 11 }] }, "line 5, services[0].CodeLength must be <= 10."],
  [{ services: [{ ...service, CodeLenght: 8 }] }, "line 5, services[0].CodeLenght is nothing that there is."],
  [{ services: [{ ...service, Push: { IncludeDate: true } }] }, "services[0].Push is nothing that there is."],
  [{ services: [{ CodeLength: 8 }] }, "services[0] must have required property 'FriendlyName'."],
  [
    { services: [{ FriendlyName: "Acme!" }] },
    "services[0].FriendlyName is not as it must be: The name that every message",
  ],
  [{ services: [{ ...service, Sid: "VA1" }] }, 'services[0].Sid must match pattern "^VA[0-9a-fA-F]{32}$".'],
  [{ services: [{ ...service, "Whatsapp.From": 12025550100 }] }, "services[0].Whatsapp.From must be string."],
  [
    { services: [{ ...service, rate_limits: [{ UniqueName: "a b" }] }] },
    "services[0].rate_limits[0].UniqueName must match",
  ],
  [{ services: { ...service } }, "services must be array."],
  [{ services: [null] }, "services[0] must be object."],
  [{ accounts: [{ Sid: "AC1", FriendlyName: "A" }] }, "accounts[0].Sid must match pattern"],
  [
    { accounts: [{ Sid: `AC${"1".repeat(32)}`, FriendlyName: "A", AuthToken: "hunter2" }] },
    "accounts[0].AuthToken must be object.",
  ],
  [
    { templates: [{ friendly_name: "X", channels: ["sms"], translations: { en: { text: "no code" } } }] },
    "templates[0].translations.en.text does not show {{code}}.",
  ],
  [{ templates: "nowhere.yaml" }, "templates names a file: it cannot be read: ENOENT."],
  [[], "the file must be object."],
  [null, "the file must be object."],
  ["services", "the file must be object."],
])("tells line and member of what is wrong: %#", (seed, problem) => {
  const problems = problemsOf(seed);
  expect(problems.join("\n")).toContain(problem);
  for (const each of problems) expect(each).toMatch(/^line \d+, .*\.$/);
  expect(problems.join()).not.toContain("hunter2");
});

test("tells of everything at once", () => {
  const wrong = {
    services: [{ CodeLength: 3 }, { ...service, Nothing: 1, rate_limits: [{ buckets: [{ Max: 0 }] }] }],
    more: 1,
  };
  expect(problemsOf(wrong)).toHaveLength(7);
});

test.each([
  ["", null, true],
  ["", "x", false],
  [["a", "b"], ["b", "a"], true],
  [["a"], ["a", "b"], false],
  ["a, b", ["b", "a"], true],
  ["HTTPS://Example.com", "https://example.com/", true],
  [8, 8, true],
  [false, null, false],
])("%j in the file and %j in an answer: the same is %s", (given, current, same) => {
  expect(isSame(given, current)).toBe(same);
});

test("the guide's own file is right", () => {
  const guide = readFileSync(new URL("../../../../spec/guides/seed.md", import.meta.url), "utf8");
  const [, example = ""] = /```yaml\n(.*?)```/s.exec(guide) ?? [];
  const read = parseSeed(example, 0, (path) => path);
  expect("problems" in read ? read.problems : read.tell(read.faults)).toEqual([]);
});
