import { expect, test } from "vitest";
import { countRequest, type RequestLimit, type RequestWindow } from "./limits.ts";

const start = Date.UTC(2026, 2, 2, 9, 30);
const twoAMinute = { requestsMax: 2, seconds: 60 };
const threeAnHour = { requestsMax: 3, seconds: 3600 };

/** Counts requests at the given seconds after the start. @returns for each 0, or the seconds to wait */
function waits(limits: RequestLimit[], seconds: number[]): number[] {
  let windows: RequestWindow[] = [];
  return seconds.map((second) => {
    const result = countRequest(windows, limits, start + second * 1000);
    if ("retryAfterSeconds" in result) return result.retryAfterSeconds;
    windows = result.windows;
    return 0;
  });
}

test("a window opens at its first request and has as many as the limit, up to its end", () => {
  expect(waits([twoAMinute], [0, 59, 59, 59.5, 60, 60, 60, 119.9, 120])).toEqual([0, 0, 1, 1, 0, 0, 60, 1, 0]);
});

test("the longest wait of several limits counts, and a refused request is counted under none of them", () => {
  expect(waits([twoAMinute, threeAnHour], [0, 0, 0, 1, 60, 61, 120, 3600])).toEqual([0, 0, 60, 59, 0, 3539, 3480, 0]);
});

test("a clock that is a little behind changes no window and tells no longer wait than it lasts, and one that was set back opens a new one", () => {
  expect(waits([twoAMinute], [10, 9, 8])).toEqual([0, 0, 60]);
  expect(waits([twoAMinute], [86_400, 86_400, 0, 0, 0])).toEqual([0, 0, 0, 0, 60]);
});
