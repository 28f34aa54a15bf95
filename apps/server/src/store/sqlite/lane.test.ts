import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { createLane } from "./lane.ts";

test("the event loop waits for a disk that is quick, not for one that is slow, and finds out that it is quick again", async () => {
  let [now, commitMs] = [0, 0.1];
  const seen = { here: 0, inBackground: 0 };
  const connection: Pick<Connection, "exec" | "execInBackground"> = {
    exec(sql) {
      if (sql !== "COMMIT") return;
      now += commitMs;
      seen.here += 1;
    },
    async execInBackground() {
      seen.inBackground += 1;
    },
  };
  const options = { busyTimeoutMs: 0, isFile: true, remembered: new Map(), elapsed: () => now };
  const lane = createLane(connection as Connection, options);
  const commitsOf = async (count: number) => {
    Object.assign(seen, { here: 0, inBackground: 0 });
    for (let index = 0; index < count; index += 1) await Promise.all([lane.write(() => 1), lane.write(() => 2)]);
    return [seen.here, seen.inBackground];
  };
  expect(await commitsOf(10)).toEqual([10, 0]);
  commitMs = 2;
  expect(await commitsOf(1 + 16 + 1 + 32 + 1 + 64)).toEqual([3, 112]);
  commitMs = 0.1;
  expect(await commitsOf(10)).toEqual([10, 0]);
  await lane.close();
});
