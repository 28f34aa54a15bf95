import { expect, test } from "vitest";
import { laidOut, laidOutIfJson } from "./layout.ts";

test("no value of an answer is changed: its numbers, escapes and repeated names stay as they came", () => {
  const values = ["12345678901234567890", "1.0", "-0", "1E+2", '"\\u00e9\\/ \\"[{,:"', '"a  b"', "true", "null"];
  expect(laidOut(`[${values}]`)).toBe(`[\n  ${values.join(",\n  ")}\n]`);
  expect(laidOut('{"a":1.0,"a":2.50}')).toBe('{\n  "a": 1.0,\n  "a": 2.50\n}');
});

test("other JSON is laid out as usual, whatever space it came with", () => {
  const value = { a: [], b: {}, c: [[1], { d: "" }], e: null, f: "é\n{", g: [{}] };
  const usual = JSON.stringify(value, null, 2);
  for (const space of [0, 1, "\t"]) expect(laidOut(JSON.stringify(value, null, space))).toBe(usual);
  for (const alone of ["1.0", '""', "null", "[]"]) expect(laidOut(` ${alone}\n`)).toBe(alone);
});

test("what breaks off is laid out as far as it goes, and what nests too deeply is left as it came", () => {
  expect(laidOut('[{"a":1},{"b":"x\\')).toBe('[\n  {\n    "a": 1\n  },\n  {\n    "b": "x\\');
  const deep = "[".repeat(60_000) + "]".repeat(60_000);
  expect(laidOut(deep)).toBe(deep);
});

test("what is no JSON is left as it came", () => {
  for (const text of ["<a> 1.0 </a>", "{ 1.0", ""]) expect(laidOutIfJson(text)).toBe(text);
  expect(laidOutIfJson('{"a":1.0}')).toBe('{\n  "a": 1.0\n}');
});
