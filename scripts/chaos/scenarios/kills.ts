import { setTimeout as wait } from "node:timers/promises";
import type { TestPostgres } from "../../../apps/server/test-support/postgres.ts";
import type { Stage } from "../stage.ts";

/** Kills the server at random moments, now and then also while it starts. The stage does it for the last time. */
export async function killServer(stage: Stage, rounds: number): Promise<void> {
  for (let round = 1; round < rounds; round += 1) {
    await stage.randomMoment();
    await stage.fault("kill server", true, stage.kill);
    const isKilledAtStart = stage.random(1, 5) === 1;
    const starting = stage.start();
    if (!isKilledAtStart) await starting;
    else {
      starting.catch(() => {});
      await wait(stage.random(0, 400));
      await stage.fault("kill server at its start", true, stage.kill);
      await stage.start();
    }
  }
}

/** Kills one of several processes at random moments, and now and then the one that began the others. */
export async function killWorker(stage: Stage, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await stage.randomMoment();
    if (stage.random(1, 5) === 1) {
      await stage.fault("kill primary", true, stage.kill);
      await stage.start();
      continue;
    }
    const workers = stage.server().workerPids().filter(isAlive);
    const victim = workers[stage.random(0, workers.length - 1)];
    if (victim === undefined) stage.broken("service", "no worker is alive");
    else {
      await stage.fault("kill worker", true, async () => {
        process.kill(victim, "SIGKILL");
        await stage.untilServed(workerBackMs);
      });
    }
  }
}

/** Workers that are killed again and again before they are a minute old come back after up to 45 s, and have to start. */
const workerBackMs = 45_000 + 20_000;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Kills PostgreSQL at random moments, and starts it again on the same data. */
export async function killDatabase(stage: Stage, rounds: number, postgres: TestPostgres): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await stage.randomMoment();
    await stage.fault("kill database", false, async () => {
      await postgres.kill();
      await wait(stage.random(0, 300));
      await postgres.restart();
    });
    await stage.untilServed();
  }
}
