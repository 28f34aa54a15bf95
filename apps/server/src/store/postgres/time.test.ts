import { expect, test } from "vitest";
import { keepDatabaseTime } from "./time.ts";

const noon = Date.UTC(2026, 10, 29, 12);

test("security 31: measures the database's time at the start and every minute, and goes on with it whatever becomes of this machine's clock", async () => {
  const { time, at, look, reads } = await given({ wall: 660_000 });
  expect([time.now(), time.aheadMs()]).toEqual([noon, 660_000]);
  at.steady += 30_000;
  at.wall = 0;
  expect([time.now(), time.aheadMs()]).toEqual([noon + 30_000, 0]);
  await look();
  expect(reads()).toBe(2);
  at.steady += 59_999;
  await look();
  expect(reads()).toBe(2);
  at.steady += 1;
  at.database = 5_000;
  await look();
  expect([reads(), time.now()]).toEqual([3, noon + 95_000]);
});

test("security 31: tells a clock that is more than two seconds off, each time that it is measured", async () => {
  const { at, look, warnings } = await given({ wall: 1_900 });
  for (const wall of [-2_100, -2_100, 0]) {
    at.wall = wall;
    at.steady += 60_000;
    await look();
  }
  expect(warnings).toEqual([{ aheadSeconds: -2.1 }, { aheadSeconds: -2.1 }]);
});

test("the way to the database and back moves the time by nothing, and a database that is gone stops it not", async () => {
  const { time, at, look } = await given({ wall: 0 });
  at.way = 400;
  at.steady += 60_000;
  await look();
  expect(time.now()).toBe(noon + 60_400);
  at.isGone = true;
  at.steady += 600_000;
  await look();
  expect(time.now()).toBe(noon + 660_400);
});

/** @param wall by how much this machine's clock is ahead of the even one */
async function given({ wall }: { wall: number }) {
  const at = { steady: 7_000, wall, database: 0, way: 0, isGone: false };
  const warnings: object[] = [];
  let [work, reads] = [() => {}, 0];
  const time = await keepDatabaseTime(
    async () => {
      reads += 1;
      if (at.isGone) throw new Error("gone");
      // Read at once, and long on its way back.
      const read = noon + at.steady - 7_000 + at.database;
      at.steady += at.way;
      return read;
    },
    {
      steady: () => at.steady,
      wall: () => noon - 7_000 + at.steady + at.wall,
      log: { warn: (details) => void warnings.push(details), error: () => {} },
      repeat(given) {
        work = given;
        return () => {};
      },
    },
  );
  return {
    time,
    at,
    warnings,
    reads: () => reads,
    async look() {
      work();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
