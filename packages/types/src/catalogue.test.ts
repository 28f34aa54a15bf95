import { expect, test } from "vitest";
import { errorCatalogue, findError } from "./index.ts";

test("an error is found by API and code", () => {
  expect(findError("v2", 60203)).toMatchObject({ status: 429, message: "Max send attempts reached", retryable: true });
});

test("a code that the catalogue lacks is undefined", () => {
  expect(findError("v2", 1)).toBeUndefined();
});

test("a pair of API and code names one error", () => {
  const keys = errorCatalogue.map(({ api, code }) => `${api} ${code}`);
  expect(new Set(keys).size).toBe(keys.length);
});
