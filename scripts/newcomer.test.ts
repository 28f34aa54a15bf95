import { expect, test } from "vitest";
import { isWhole } from "./budget.ts";
import { visit } from "./newcomer/visit.ts";

// It asks the registry for what ours need, which nothing else in these tests does.
test.runIf(isWhole)(
  "from nothing, one command runs a sandbox with console and docs, and what the documents say to install is installed",
  async () => {
    for await (const { what, found, isRight } of visit()) expect(isRight, `${what} ${found}`).toBe(true);
  },
  600_000,
);
