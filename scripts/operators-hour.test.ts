import { expect, test } from "vitest";
import { isWhole } from "./budget.ts";

test.runIf(isWhole)(
  "an operator gets from nothing to a server that sends, is watched, and whose alert fires",
  async () => {
    // Loaded with a database and peers, which nothing else here needs.
    const { spendHour } = await import("./operators-hour/hour.ts");
    const done: string[] = [];
    expect(await spendHour((what) => done.push(what)), done.join("\n")).toBeLessThan(300);
    expect(done.length).toBeGreaterThan(8);
  },
  300_000,
);
