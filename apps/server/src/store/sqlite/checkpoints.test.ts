import { expect, test } from "vitest";
import { createCheckpointer } from "./database.ts";

test("security 36: a log of writes that cannot be moved to the file is told each time, and counted until it is moved", async () => {
  let commit = () => {};
  let isFull = true;
  const logged: object[] = [];
  const connection = {
    async execInBackground() {
      if (isFull) throw new Error("disk full");
    },
  };
  const lane = {
    between: (work: () => Promise<void>) => work(),
    onCommit(next: () => void) {
      commit = next;
    },
  };
  const log = { warn: () => {}, error: (details: object) => void logged.push(details) };
  const checkpoints = createCheckpointer(connection, connection, lane, log);
  const hundredCommits = async () => {
    for (let count = 0; count < 100; count += 1) commit();
    await new Promise((resolve) => setImmediate(resolve));
  };
  await hundredCommits();
  await hundredCommits();
  expect(logged).toMatchObject([{ failures: 1 }, { failures: 2 }]);
  expect(checkpoints.failures()).toBe(2);
  isFull = false;
  await hundredCommits();
  expect([checkpoints.failures(), logged.length]).toEqual([0, 2]);
});
