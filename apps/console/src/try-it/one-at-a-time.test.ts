import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

test("a late answer takes no place of a newer one", async () => {
  const told: string[] = [];
  const call = oneAtATime<string>((outcome) => told.push(outcome));
  const answers: ((text: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const begin = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((resolve) => answers.push(resolve));
  };
  const calls = [call(begin), call(begin)];
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  answers[1]?.("newer");
  answers[0]?.("late");
  await Promise.all(calls);
  expect(told).toEqual(["newer"]);
});
