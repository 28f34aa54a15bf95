import { randomUUID } from "node:crypto";
import { openPostgresStore } from "../../../apps/server/src/store/postgres/store.ts";
import { startPostgres } from "../../../apps/server/test-support/postgres.ts";
import { check, rightCode, start } from "../../../apps/server/test-support/store-commands.ts";
import { newSubject } from "../../../apps/server/test-support/store-subject.ts";

/**
 * Start and right check through the real rules on PostgreSQL with synchronous commit, callers and database on one machine.
 * `npx tsx scripts/bench/server/store-postgres.ts [seconds]`; `DATABASE_URL` measures an empty database that runs already.
 */
const seconds = Number(process.argv[2] ?? 5);
const postgres = process.env.DATABASE_URL ? undefined : await startPostgres();
const url = process.env.DATABASE_URL ?? (await postgres?.createDatabase()) ?? "";
const store = await openPostgresStore({ url, clock: Date.now });
try {
  const subject = await newSubject(store, { now: Date.now() });
  await run(32, 1);
  for (const callers of [32, 128, 32, 128]) {
    const latencies = await run(callers, seconds);
    const at = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(1);
    const perSecond = Math.round(latencies.length / seconds);
    console.log(`${callers} callers: ${perSecond} cycles/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms a cycle`);
  }

  async function run(callers: number, duration: number): Promise<number[]> {
    const end = performance.now() + duration * 1000;
    const latencies: number[] = [];
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (performance.now() < end) {
          const begun = performance.now();
          const recipient = `+1${randomUUID()}`;
          await start(subject, recipient);
          const outcome = await check(subject, { recipient }, rightCode);
          if (!outcome.ok) throw new Error(`refused with ${outcome.refusal.code}`);
          latencies.push(performance.now() - begun);
        }
      }),
    );
    return latencies.sort((a, b) => a - b);
  }
} finally {
  await store.close();
  await postgres?.stop();
}
