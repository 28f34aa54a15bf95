import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const guide = readFileSync(new URL("../../spec/guides/testing.md", import.meta.url), "utf8");

test.each(["vitest/verify.test.ts", "jest/verify.test.js", "playwright/verify.spec.ts", "node-test/verify.test.js"])(
  "the guide shows how the example %s begins",
  (path) => {
    const example = readFileSync(new URL(`examples/${path}`, import.meta.url), "utf8");
    const shown = [...guide.matchAll(/```[jt]s\n(.*?)```/gs)].map(([, code = ""]) => code);
    expect(shown.filter((code) => example.startsWith(code))).toHaveLength(1);
  },
);
