import { expect, test } from "vitest";
import { type GuessState, grownLength, isSpray, refusedUntil } from "./guesses.ts";

const now = Date.UTC(2026, 2, 2, 9, 30);
const day = 86_400_000;
const policy = { codesGrow: true };
const state = (refused: number, isSprayed = false, at = now): GuessState => ({
  refusedAt: () => Array.from({ length: refused }, () => at),
  isSprayed: () => isSprayed,
});
const length = (of: number, known: GuessState) =>
  grownLength(policy, { length: of, recipient: "+4915123456789" }, known, now);

test("security 26: a code has two digits more from ten refused checks on, four from thirty on, and never more than ten", () => {
  expect([0, 9, 10, 29, 30, 100].map((refused) => length(4, state(refused)))).toEqual([4, 4, 6, 6, 8, 8]);
  expect([9, 10, 30].map((refused) => length(6, state(refused)))).toEqual([6, 8, 10]);
  expect([0, 10, 30].map((refused) => length(4, state(refused, true)))).toEqual([6, 8, 10]);
  expect([9, 10, 30].map((refused) => length(9, state(refused, true)))).toEqual([10, 10, 10]);
});

test("security 26: a refused check is forgotten after 30 days", () => {
  expect(length(6, state(30, false, now - 30 * day + 1))).toBe(10);
  expect(length(6, state(30, false, now - 30 * day))).toBe(6);
});

test("security 26: an account is sprayed above 200 refused checks, and above three for each approval", () => {
  const rows = [
    [200, 0],
    [201, 0],
    [201, 66],
    [201, 67],
    [3000, 999],
    [3000, 1000],
  ] as const;
  expect(rows.map(([refused, approved]) => isSpray({ refused, approved }))).toEqual([
    false,
    true,
    true,
    false,
    true,
    false,
  ]);
});

test("security 26: a code that cannot grow is refused for a day after the last of 30 refused checks, or of 100", () => {
  const until = (codesGrow: boolean, isCustom: boolean, refused: number) =>
    refusedUntil({ codesGrow }, isCustom, state(refused, false, now - day / 2), now);
  expect([until(true, true, 29), until(true, true, 30), until(true, false, 100)]).toEqual([0, now + day / 2, 0]);
  expect([until(false, true, 30), until(false, false, 99), until(false, false, 100)]).toEqual([
    now + day / 2,
    0,
    now + day / 2,
  ]);
});
