import { setTimeout as wait } from "node:timers/promises";
import type { TestPostgres } from "../../../apps/server/test-support/postgres.ts";
import { recordsOf } from "../history.ts";
import type { Stage } from "../stage.ts";

/** Until all children of a killed PostgreSQL have noticed. */
const noticeMs = 2_000;

/** Takes the database away for some seconds: everybody is refused with 503 meanwhile, and served afterwards. */
export async function databaseGone(stage: Stage, seconds: number, postgres: TestPostgres): Promise<void> {
  await wait(1_000);
  await stage.fault("database gone", false, async () => {
    await postgres.kill();
    const from = Date.now() + noticeMs;
    await wait(noticeMs + seconds * 1000);
    expectRefusals(stage, from, Date.now());
    await postgres.restart();
  });
  await stage.untilServed();
  await wait(1_000);
}

function expectRefusals(stage: Stage, from: number, until: number): void {
  const meanwhile = recordsOf(stage.history, "request").filter(({ begin, end }) => begin >= from && end < until);
  if (meanwhile.length === 0) stage.broken("service", "nothing was answered while the database was gone");
  for (const { id, action, answer } of meanwhile) {
    if (answer?.status === 503 && (answer.retryAfter ?? 0) >= 1) continue;
    stage.broken("service", `request ${id}, ${action.kind}: ${answer?.status} while the database was gone`);
  }
}
