import { expect, test } from "vitest";
import type { DeliveryReport } from "../attempts/attempt.ts";
import { createReceiver } from "./receipts.ts";

const delivered: DeliveryReport = { status: "delivered", errorCode: null };

test("a receipt that overtakes the record of its message waits for it, under the name of its provider", async () => {
  const asked: unknown[][] = [];
  const receive = async (...given: unknown[]) => (asked.push(given) === 2 ? "recorded" : "unknown");
  await createReceiver({ attempts: { receive } }, () => 7, { pausesMs: [0, 0] })("smpp a", "1", delivered);
  expect(asked).toEqual(Array(2).fill(["smpp a 1", delivered, 7]));
});

test("a receipt that was told before, and one that comes late, counts once, as the attempt has it", async () => {
  const answers = ["recorded", "repeated", "repeated", "unknown"] as const;
  let asked = 0;
  const receive = async () => answers[asked++] ?? "unknown";
  const observed: unknown[] = [];
  const receiver = createReceiver({ attempts: { receive } }, () => 7, {
    pausesMs: [],
    observe: (each) => observed.push(each),
  });
  const failed: DeliveryReport = { status: "failed", errorCode: null };
  for (const report of [delivered, failed, delivered, delivered]) await receiver("smpp a", "1", report);
  expect(observed).toEqual([
    { provider: "smpp a", status: "delivered", isKnown: true },
    { provider: "smpp a", status: "delivered", isKnown: false },
  ]);
});

test("a receipt of a message that is not ours is dropped, and one that cannot be recorded comes again", async () => {
  let asked = 0;
  const unknown = async () => {
    asked += 1;
    return "unknown" as const;
  };
  await createReceiver({ attempts: { receive: unknown } }, () => 7, { pausesMs: [0, 0] })("smpp a", "1", delivered);
  expect(asked).toBe(3);
  const gone = async () => Promise.reject(new Error("gone"));
  const receive = createReceiver({ attempts: { receive: gone } }, () => 7, { pausesMs: [0] });
  await expect(receive("a", "1", delivered)).rejects.toThrow("gone");
});
