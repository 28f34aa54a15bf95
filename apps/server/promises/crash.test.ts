import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { type Cast, type ScenarioName, scenarios } from "../../../scripts/chaos/catalogue.ts";
import { findMutant, mutants } from "../../../scripts/chaos/mutants.ts";
import { copyProgram, type Program } from "../../../scripts/chaos/program.ts";
import { startPostgres, type TestPostgres } from "../test-support/postgres.ts";

/** The short form of `npm run chaos`: the same scenarios against the built server, a few rounds each. */

// Many processes at once: on a busy machine each takes its time.
const timeout = 60_000 + budget(20) * 60_000;

let program: Program;
let postgres: TestPostgres;
beforeAll(async () => {
  program = copyProgram();
  postgres = await startPostgres({ fsync: false });
});
afterAll(async () => {
  program.remove();
  await postgres.stop();
});

async function expectNothingBroken(
  name: ScenarioName,
  { database, rounds, server = postgres }: Pick<Cast, "database" | "rounds"> & { server?: TestPostgres },
) {
  const seed = randomInt(1_000_000);
  const { violations, acknowledged } = await scenarios[name].play({
    ...{ database, postgres: server, main: program.main, seed, rounds },
  });
  const replay = `npm run chaos -- --scenario ${name} --database ${database} --seed ${seed}`;
  expect(violations.slice(0, 5), replay).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
}

describe.concurrent("security 21 and 23: kill -9 loses no acknowledged verification and no message, approves nothing twice, and sends none more often than the policy", {
  timeout,
}, () => {
  test("of a server on SQLite", () => expectNothingBroken("kill-server", { database: "SQLite", rounds: budget(20) }));

  test("of a server on PostgreSQL", () =>
    expectNothingBroken("kill-server", { database: "PostgreSQL", rounds: budget(20) }));

  test("of one of two processes that write to one file", () =>
    expectNothingBroken("kill-worker", { database: "SQLite", rounds: budget(10) }));

  const quick = mutants.filter(({ isQuick }) => isQuick).map((mutant) => [mutant.name, mutant] as const);
  test.each(quick)("or else it is found: %s", async (_name, mutant) => {
    expect(await findMutant(mutant, { seed: randomInt(1_000_000), postgres })).not.toEqual([]);
  });

  test("nor of PostgreSQL itself, and the same process serves again", async () => {
    const server = await startPostgres({ fsync: false });
    await expectNothingBroken("kill-database", { database: "PostgreSQL", rounds: budget(10), server });
    await server.stop();
  });
});
