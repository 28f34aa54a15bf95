import { once } from "node:events";
import { request } from "node:https";
import { expect, test } from "vitest";
import { startGateway } from "./gateway.ts";
import type { History, HistoryRecord } from "./history.ts";

test("a gateway that stood still while it answered breaks off, and counts the message as one that may be sent again", async () => {
  const history: History = [];
  history.push = (record: HistoryRecord) => {
    history[history.length] = record;
    // As while the history of another run is judged in this process, and without its seconds of the processor.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_100);
    return history.length;
  };
  const gateway = await startGateway(history, 1);
  try {
    const posting = request(gateway.url, { method: "POST", ca: gateway.ca });
    posting.end(JSON.stringify({ to: "+12025550123", text: "Your code is 123456", attempt_sid: "VL1" }));
    await expect(once(posting, "response")).rejects.toThrow();
    expect(history[0]).toMatchObject({ type: "post", attemptSid: "VL1", answer: "broken" });
  } finally {
    await gateway.close();
  }
});

test("the gateway reads a code of any length, also one that a call spells twice", async () => {
  const gateway = await startGateway([], 1);
  try {
    const read = async (text: string) => {
      const posting = request(gateway.url, { method: "POST", ca: gateway.ca });
      posting.end(JSON.stringify({ to: "+12025550123", text, attempt_sid: "VL1" }));
      await once(posting, "close").catch(() => {});
      return gateway.codeOf("+12025550123");
    };
    gateway.calm();
    expect(await read("Your Acme verification code is: 12345678\nIt is valid for 10 min.")).toBe("12345678");
    expect(await read("Your code is: 1, 2, 3, 4, 5, 6. Once more: 1, 2, 3, 4, 5, 6.")).toBe("123456");
  } finally {
    await gateway.close();
  }
});
