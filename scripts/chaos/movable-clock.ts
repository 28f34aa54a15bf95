import { openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { History } from "./history.ts";

/** The clock of servers that load `module` first. */
export interface MovableClock {
  module: string;
  /** Where `module` reads by how much they are ahead. */
  env: { CHAOS_CLOCK: string };
  /** Sets them ahead of the runner's clock by so much, which they show at once. */
  setAhead: (ms: number) => void;
  /** The most that they were ahead. */
  farthest: () => number;
}

/** @param isHeeded whether the server goes by its machine's clock; else its time is the runner's, however that is set */
export function createMovableClock(folder: string, history: History, isHeeded: boolean): MovableClock {
  const path = join(folder, "clock");
  const bytes = Buffer.alloc(8);
  writeFileSync(path, bytes);
  const file = openSync(path, "r+");
  let farthest = 0;
  return {
    module: fileURLToPath(new URL("./clock.mjs", import.meta.url)),
    env: { CHAOS_CLOCK: path },
    setAhead(ms) {
      farthest = Math.max(farthest, ms);
      bytes.writeBigInt64LE(BigInt(ms));
      const at = Date.now();
      writeSync(file, bytes, 0, 8, 0);
      history.push({ type: "clock", at, aheadMs: isHeeded ? ms : 0 });
    },
    farthest: () => farthest,
  };
}
