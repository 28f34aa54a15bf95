import { expect, test } from "vitest";
import { serverTimeOf } from "./server-time.ts";

test("where the clock is set in the millisecond in which a request begins, it may have been decided before or after", () => {
  const time = serverTimeOf([
    { type: "clock", at: 100, aheadMs: 50 },
    { type: "clock", at: 200, aheadMs: -70 },
  ]);
  expect(time.during(200, 202)).toEqual({ from: 130, until: 250 });
  expect(time.during(201, 202)).toEqual({ from: 131, until: 132 });
});
