import type { TestPostgres } from "../../apps/server/test-support/postgres.ts";
import type { Setting } from "./history.ts";
import { clockLifetimeSeconds, clockSteps } from "./scenarios/clock-steps.ts";
import { idleConnections, slowClients } from "./scenarios/connections.ts";
import { databaseGone } from "./scenarios/database-gone.ts";
import { createSmallDisk, diskFull } from "./scenarios/disk-full.ts";
import { killDatabase, killServer, killWorker } from "./scenarios/kills.ts";
import { play, type Result, type StageOptions } from "./stage.ts";

/** What a scenario is played with. */
export interface Cast {
  database: Setting["database"];
  postgres: TestPostgres | undefined;
  main: string;
  seed: number;
  /** Or seconds, for a fault that lasts. */
  rounds: number;
  answersLeast?: number;
  answersSpan?: number;
}

export interface Scenario {
  databases: readonly Setting["database"][];
  /** Of 200 kills in all, how many rounds are played on each database. */
  rounds: number;
  play: (cast: Cast) => Promise<Result>;
}

const both = ["SQLite", "PostgreSQL"] as const;

const connectionsMax = 10_000;

/** Every scenario by its name. */
export const scenarios = {
  "kill-server": {
    databases: both,
    rounds: 50,
    play: (cast) => play(stageOf("kill-server", cast), (stage) => killServer(stage, cast.rounds)),
  },
  "kill-worker": {
    databases: both,
    rounds: 25,
    play: (cast) => play({ ...stageOf("kill-worker", cast), workers: 2 }, (stage) => killWorker(stage, cast.rounds)),
  },
  "kill-database": {
    databases: ["PostgreSQL"],
    rounds: 50,
    play: (cast) => play(stageOf("kill-database", cast), (stage) => killDatabase(stage, cast.rounds, postgresOf(cast))),
  },
  "database-gone": {
    databases: ["PostgreSQL"],
    rounds: 30,
    play: (cast) => play(stageOf("database-gone", cast), (stage) => databaseGone(stage, cast.rounds, postgresOf(cast))),
  },
  "disk-full": {
    databases: ["SQLite"],
    rounds: 8,
    async play(cast) {
      const disk = createSmallDisk();
      const { folder, before } = disk;
      try {
        const options = { ...stageOf("disk-full", cast), folder, ...(before && { before }) };
        return await play(options, (stage) => diskFull(stage, cast.rounds, disk));
      } finally {
        disk.remove();
      }
    },
  },
  "clock-steps": {
    databases: both,
    rounds: 80,
    play: (cast) =>
      play(
        {
          ...stageOf("clock-steps", cast),
          hasMovableClock: true,
          answersLeast: 10,
          lifetimeSeconds: clockLifetimeSeconds,
        },
        (stage) => clockSteps(stage, cast.rounds),
      ),
  },
  "slow-clients": {
    databases: ["SQLite"],
    rounds: 40,
    play: (cast) => play(stageOf("slow-clients", cast), (stage) => slowClients(stage, cast.rounds)),
  },
  "idle-connections": {
    databases: ["SQLite"],
    rounds: connectionsMax,
    play: (cast) =>
      play(stageOf("idle-connections", cast), (stage) => idleConnections(stage, Math.min(cast.rounds, connectionsMax))),
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

function stageOf(scenario: string, { rounds: _, ...cast }: Cast): StageOptions {
  return { scenario, ...cast };
}

function postgresOf({ postgres }: Cast): TestPostgres {
  if (!postgres) throw new Error("This scenario needs PostgreSQL.");
  return postgres;
}
