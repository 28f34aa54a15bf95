import { expect, test } from "vitest";
import type { DeliveryReport } from "../attempts/attempt.ts";
import { createReceiver } from "./receipts.ts";

const delivered: DeliveryReport = { status: "delivered", errorCode: null };

test("a receipt that overtakes the record of its message waits for it, under the name of its provider", async () => {
  const asked: unknown[][] = [];
  const receive = async (...given: unknown[]) => asked.push(given) === 2;
  await createReceiver({ attempts: { receive } }, () => 7, { pausesMs: [0, 0] })("smpp a", "1", delivered);
  expect(asked).toEqual(Array(2).fill(["smpp a 1", delivered, 7]));
});

test("a receipt of a message that is not ours is dropped, and one that cannot be recorded comes again", async () => {
  let asked = 0;
  const unknown = async () => {
    asked += 1;
    return false;
  };
  await createReceiver({ attempts: { receive: unknown } }, () => 7, { pausesMs: [0, 0] })("smpp a", "1", delivered);
  expect(asked).toBe(3);
  const gone = async () => Promise.reject(new Error("gone"));
  const receive = createReceiver({ attempts: { receive: gone } }, () => 7, { pausesMs: [0] });
  await expect(receive("a", "1", delivered)).rejects.toThrow("gone");
});
