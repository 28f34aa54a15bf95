import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

const backOff = { firstMs: 1_000, longestMs: 5_000, spread: 1 / 2 };

test("a wait doubles with each failure up to the longest, and chance adds its part", () => {
  expect([1, 2, 3, 4, 50].map((failures) => backOffMs(backOff, failures, 0))).toEqual([1e3, 2e3, 4e3, 5e3, 5e3]);
  expect(backOffMs(backOff, 2, 0.5)).toBe(2_500);
});
