import { expect, test } from "vitest";
import { countdown, duration, relative } from "./clock.ts";

const from = Date.parse("2026-03-01T12:00:00Z");

test.each([
  [0, "just now"],
  [-9, "just now"],
  [45, "45 s ago"],
  [3599, "59 min ago"],
  [7200, "2 h ago"],
  [-600, "in 10 min"],
  [3 * 86_400, "3 d ago"],
  [8 * 86_400, "2026-02-21"],
])("%i s before is told as %s", (seconds, told) => {
  expect(relative(from - seconds * 1000, from)).toBe(told);
});

test("what is left is never rounded up to a larger unit, and never below nothing", () => {
  expect([119, 60, 59].map(duration)).toEqual(["1 min", "1 min", "59 s"]);
  expect([599.2, 61, 5, 0, -3, 3661].map(countdown)).toEqual(["10:00", "1:01", "0:05", "0:00", "0:00", "1:01:01"]);
});
