import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { openStore } from "../store/open-store.ts";
import { createDayKeys } from "../verifications/vault.ts";
import { type RefusedStart, refusedStartStore } from "./refused-start.ts";

const start: RefusedStart = {
  ...{ accountSid: "AC1", sid: "RQ1", createdAt: Date.UTC(2026, 2, 2), serviceSid: "VA1", recipient: null },
  ...{ channel: "sms", country: null, errorCode: 60203, parameter: null },
};

test("what waits is written when the store is closed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refused-"));
  try {
    const url = `sqlite:${join(folder, "store.db")}`;
    const first = await openStore(url, Date.now);
    first.refusedStarts.note(start);
    await first.close();
    const second = await openStore(url, Date.now);
    expect(await second.refusedStarts.fetch("AC1", "RQ1")).toEqual(start);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a store that is gone loses them, says how many in the log, and is asked again for the next ones", async () => {
  const lines: object[] = [];
  let calls = 0;
  const gone = () => Promise.reject(new StoreUnavailableError("gone", { cause: calls++ }));
  const log = { warn: (details: object) => lines.push(details), error: (details: object) => lines.push(details) };
  const { note, flush } = refusedStartStore({ read: gone, run: gone, transact: gone }, createDayKeys(), log);
  for (let n = 0; n < 1_003; n += 1) note(start);
  await flush();
  note(start);
  await flush();

  expect(calls).toBe(2);
  expect(lines).toMatchObject([{ lost: 1_003 }, { lost: 1 }]);
});
