import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../src/adapters/sqlite/store.ts";
import { check, rightCode, type Scope, start } from "../src/adapters/store-contract/commands.ts";
import { newSubject } from "../src/adapters/store-contract/subject.ts";
import type { Store } from "../src/ports.ts";

/**
 * Cycles of start and right check on one store, every commit on disk, without HTTP. Rows have the size of real ones.
 * `npx tsx bench/store.ts [rows that are there before] [seconds]`
 */

const [rowsBefore = 100_000, seconds = 5] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));

try {
  for (const path of [":memory:", join(folder, "bench.db")]) {
    const store = await openSqliteStore({ path, clock: Date.now });
    const scope = await newSubject(store, { now: Date.now() });
    await run(scope, 256, (cycles) => cycles >= rowsBefore);
    for (const callers of [32, 128]) {
      const until = performance.now() + seconds * 1000;
      const figures = await run(scope, callers, () => performance.now() >= until);
      console.log(`${path === ":memory:" ? "memory" : "file"}, ${callers} callers: ${report(figures)}`);
    }
    await drain(store);
    await store.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

interface Figures {
  cycles: number;
  seconds: number;
  /** Of every command, in milliseconds. */
  waits: number[];
}

async function run(scope: Scope, callers: number, isDone: (cycles: number) => boolean): Promise<Figures> {
  const begun = performance.now();
  const waits: number[] = [];
  let cycles = 0;
  const timed = async (command: Promise<{ ok: boolean }>): Promise<void> => {
    const asked = performance.now();
    if (!(await command).ok) throw new Error("a command was refused");
    waits.push(performance.now() - asked);
  };
  const call = async (): Promise<void> => {
    while (!isDone(cycles)) {
      cycles += 1;
      const recipient = `+1${randomBytes(4).readUInt32BE()}${cycles}`;
      await timed(start(scope, recipient, { sealCode }));
      await timed(check(scope, { recipient }, rightCode));
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { cycles, seconds: (performance.now() - begun) / 1000, waits };
}

/** What the real vault makes is as long. */
function sealCode() {
  return {
    mac: `mac-of-${rightCode}`,
    sealed: "c2VhbGVkIHdpdGggQUVTLTI1Ni1HQ00gYW5kIGEgbm9uY2UgYW5kIGEgdGFn",
    keyId: "1",
    length: 6,
  };
}

/** The outbox alone: claims of a hundred messages, each of which is removed by itself. */
async function drain({ outbox }: Store): Promise<void> {
  const begun = performance.now();
  let removed = 0;
  while (removed < 20_000) {
    const messages = await outbox.claim(100, 30, Date.now());
    if (messages.length === 0) break;
    await Promise.all(messages.map(outbox.remove));
    removed += messages.length;
  }
  console.log(`  outbox: ${Math.round((removed / (performance.now() - begun)) * 1000)} messages/s`);
}

function report({ cycles, seconds, waits }: Figures): string {
  const sorted = waits.sort((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)} ms`;
  return `${Math.round(cycles / seconds)} cycles/s, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(0.999999)}`;
}
