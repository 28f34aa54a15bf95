import { expect, test } from "vitest";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { createSweeper } from "./retention.ts";

const start = Date.UTC(2026, 2, 2, 9, 30);
const day = 86_400_000;

/** A sweeper whose hours pass when the test says so, and what it asked of its store. */
function subject() {
  const erased: number[] = [];
  const logged: string[] = [];
  const clock = { now: start };
  const timer: { hour?: () => void; isEnded: boolean } = { isEnded: false };
  const store = { isGone: false };
  const sweeper = createSweeper({
    clock: () => clock.now,
    store: {
      async erase(before) {
        if (store.isGone) throw new StoreUnavailableError("gone");
        erased.push(before);
      },
    },
    log: { error: (_, message) => void logged.push(message) },
    repeat(work, everyMs) {
      timer.hour = () => {
        clock.now += everyMs;
        work();
      };
      return () => {
        timer.isEnded = true;
      };
    },
  });
  return { sweeper, erased, logged, clock, timer, store };
}

test("security 25: what is 30 days old is erased at the start, every hour, and when it is asked for", async () => {
  const { sweeper, erased, timer, clock } = subject();
  const first = start - 30 * day;
  sweeper.start();
  await sweeper.run();
  expect(erased).toEqual([first, first]);
  clock.now += day;
  await sweeper.run();
  timer.hour?.();
  await sweeper.stop();
  expect(erased.slice(2)).toEqual([first + day, first + day + 3_600_000]);
  expect(timer.isEnded).toBe(true);
});

test("a store that is gone is tried again an hour later, and whoever asked is told", async () => {
  const { sweeper, erased, logged, timer, store } = subject();
  store.isGone = true;
  sweeper.start();
  await expect(sweeper.run()).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(logged).toEqual(["what is too old cannot be erased"]);
  store.isGone = false;
  timer.hour?.();
  await sweeper.stop();
  expect(erased).toEqual([start + 3_600_000 - 30 * day]);
});
