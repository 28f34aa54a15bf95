import { expect, test } from "vitest";
import { newSid, unforeseeableSid } from "./random.ts";

test("a sid has two letters and 32 hexadecimal digits, and no two are the same", () => {
  const sids = Array.from({ length: 10_000 }, () => newSid("VE"));
  expect(sids.filter((sid) => !/^VE[0-9a-f]{32}$/.test(sid))).toEqual([]);
  expect(new Set(sids).size).toBe(sids.length);
});

test("sids stand in the order of the times at which they were made", async () => {
  const first = newSid("VE");
  const madeAt = Date.now();
  while (Date.now() === madeAt) await new Promise(setImmediate);
  expect(newSid("VE") > first).toBe(true);
});

test("of a sid that nobody can foresee every digit is as likely as any other, from the first one on", () => {
  const sids = Array.from({ length: 10_000 }, () => unforeseeableSid("YC"));
  expect(sids.filter((sid) => !/^YC[0-9a-f]{32}$/.test(sid))).toEqual([]);
  for (const at of [2, 3, 13, 33]) expect(new Set(sids.map((sid) => sid[at])).size).toBe(16);
});
