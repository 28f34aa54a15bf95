import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSid } from "../../../apps/server/src/kernel/random.ts";
import { openSqliteStore } from "../../../apps/server/src/store/sqlite/store.ts";
import type { Store } from "../../../apps/server/src/store/store.ts";
import { check, rightCode, type Scope, start } from "../../../apps/server/test-support/store-commands.ts";
import { newSubject } from "../../../apps/server/test-support/store-subject.ts";

/**
 * Cycles of start and right check on one store, every commit on disk, without HTTP. Rows have the size of real ones.
 * `npx tsx scripts/bench/server/store.ts [cycles before] [cycles measured]`
 */

const [cyclesBefore = 100_000, cyclesEach = 50_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
let count = 0;

try {
  for (const [name, path] of [
    ["memory", ":memory:"],
    ["file", join(folder, "bench.db")],
  ] as const) {
    const store = await openSqliteStore({ path, clock: Date.now });
    const scope = await newSubject(store, { now: Date.now() });
    await run(scope, 256, cyclesBefore);
    for (const callers of [32, 128]) {
      console.log(`${name}, ${callers} callers: ${report(await run(scope, callers, cyclesEach))}`);
    }
    console.log(`${name}, outbox: ${await drain(store)} messages/s`);
    await store.close();
  }
} finally {
  rmSync(folder, { recursive: true });
}

interface Figures {
  cycles: number;
  seconds: number;
  processorSeconds: number;
  /** Of every command, in milliseconds. */
  waits: number[];
}

async function run(scope: Scope, callers: number, cycles: number): Promise<Figures> {
  const begun = performance.now();
  const processor = process.cpuUsage();
  const waits: number[] = [];
  let left = cycles;
  const timed = async (command: Promise<{ ok: boolean }>): Promise<void> => {
    const asked = performance.now();
    if (!(await command).ok) throw new Error("a command was refused");
    waits.push(performance.now() - asked);
  };
  const call = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const recipient = newRecipient();
      await timed(start(scope, recipient, { newSid: newSid("VE"), attemptSid: newSid("VL"), sealCode }));
      await timed(check(scope, { recipient }, rightCode));
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const { user, system } = process.cpuUsage(processor);
  return { cycles, seconds: (performance.now() - begun) / 1000, processorSeconds: (user + system) / 1e6, waits };
}

/** Each is another, and they come in no order. */
function newRecipient(): string {
  count += 1;
  return `+1${String((count * 2_654_435_761) % 2 ** 32).padStart(10, "0")}`;
}

/** As long as what the real vault makes. */
function sealCode() {
  return {
    mac: `mac-of-${rightCode}`,
    sealed: "sealed with AES-256-GCM, with nonce and tag, in base64url",
    keyId: "1",
    length: 6,
  };
}

/** The outbox alone: claims of a hundred messages, each of which is removed by itself. */
async function drain({ outbox }: Store): Promise<number> {
  const begun = performance.now();
  let removed = 0;
  while (removed < cyclesEach) {
    const messages = await outbox.claim(100, 30, Date.now());
    await outbox.settle(
      messages.map((message) => ({ message, report: { status: "delivered", errorCode: null } })),
      Date.now(),
    );
    removed += messages.length;
  }
  return Math.round((removed / (performance.now() - begun)) * 1000);
}

function report({ cycles, seconds, processorSeconds, waits }: Figures): string {
  const sorted = waits.sort((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1)} ms`;
  const microseconds = Math.round((processorSeconds / cycles) * 1e6);
  return `${Math.round(cycles / seconds)} cycles/s, ${microseconds} µs of processor each, p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`;
}
