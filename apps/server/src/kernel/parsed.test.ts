import { expect, test } from "vitest";
import { createReader } from "./written.ts";

const read = createReader({});
const problemsOf = (source: string) => {
  const file = read(source);
  return "problems" in file ? file.problems : file.value;
};

/** Few lines, each of which repeats the one before. */
const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"].concat(
  [..."bcdefg"].map((name, index) => {
    const before = `*${"abcdef"[index]}`;
    return `${name}: &${name} [${Array(9).fill(before).join(", ")}]`;
  }),
);

test.each([
  ["a name twice", "a: 1\nb:\n  - c: 1\n    d: 2\n    c: 3", "line 5, b[0].c is there twice: line 3 has it, too."],
  [
    "a name three times",
    "a: 1\na: 2\na: 3",
    ["line 2, a is there twice: line 1 has it, too.", "line 3, a is there twice: line 1 has it, too."],
  ],
  ["a name twice in JSON", '{"a": [{"b": 1,\n"b": 2}]}', "line 2, a[0].b is there twice: line 1 has it, too."],
  ["a name with a mark twice", "&x a: 1\n&y a: 2", "line 2, a is there twice: line 1 has it, too."],
  ["a second document", "a: 1\n---\nb: 2", "line 2: a second document begins, and a file has one."],
  ["a tag of nobody", "a: 1\nb: !secret x", "line 2: there is no tag !secret."],
  ["a tag of YAML alone", "a: !!set { x }", "line 1: there is no tag !!set."],
  ["another version", "%YAML 3.0\n---\na: 1", "line 1: Unsupported YAML version 3.0."],
  ["a name that is none", "? [a]\n: 1", "line 1: a name has to be a text."],
  ["lists in lists", `a: 1\nb: ${"[".repeat(5_000)}`, "line 2: lists and members are nested too deep."],
  [
    "members in members",
    Array.from({ length: 3_000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
    "line 100: lists and members are nested too deep.",
  ],
  ["an alias of nothing", "a: 1\nb: *c", "line 2: *c repeats what no &-name before it marks."],
  ["an alias within itself", "a: 1\nb: &b\n  - *b", "line 3: *b repeats what it is in itself."],
  ["aliases that grow", bomb.join("\n"), "line 6: *e repeats too much."],
])("tells the line of %s, and what it is", (_, source, told) => {
  expect(problemsOf(source)).toEqual([told].flat());
});

test("an alias may repeat what was marked, and often", () => {
  const often = `a: &a [x]\nb: [${Array(200).fill("*a").join(", ")}]`;
  expect(problemsOf(often)).toEqual({ a: ["x"], b: Array(200).fill(["x"]) });
  expect(problemsOf("a: !!str 1\nb: !!int '2'")).toEqual({ a: "1", b: 2 });
});
