import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import names from "../dist/guides.json" with { type: "json" };
import document from "../dist/openapi.json" with { type: "json" };

test("every tag has the name of its guide's file, and no two have the same", () => {
  expect(Object.keys(names)).toEqual(document.tags.map(({ name }) => name));
  const files = Object.values(names);
  expect(new Set(files).size).toBe(files.length);
  for (const name of files) expect(existsSync(new URL(`../guides/${name}.md`, import.meta.url)), name).toBe(true);
});
