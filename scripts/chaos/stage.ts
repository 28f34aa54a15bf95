import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { leaseSeconds } from "../../apps/server/src/delivery/policy.ts";
import { openStore } from "../../apps/server/src/store/open-store.ts";
import { createVault } from "../../apps/server/src/verifications/vault.ts";
import { apiOf } from "../../apps/server/test-support/api.ts";
import { createAccount } from "../../apps/server/test-support/databases.ts";
import { figuresUnlikeFacts } from "../../apps/server/test-support/figures.ts";
import type { TestPostgres } from "../../apps/server/test-support/postgres.ts";
import { createCaller } from "./caller.ts";
import { check } from "./checker.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { type History, recordsOf, type Setting } from "./history.ts";
import { readKept } from "./kept.ts";
import { createLauncher, type Launcher } from "./launcher.ts";
import { type Load, startLoad } from "./load.ts";
import { createMovableClock, type MovableClock } from "./movable-clock.ts";
import { createDraw } from "./plans.ts";
import type { Violation } from "./rules.ts";

export interface StageOptions {
  scenario: string;
  seed: number;
  database: Setting["database"];
  /** A running one, when that is the database. */
  postgres: TestPostgres | undefined;
  /** The server to run. */
  main: string;
  workers?: number;
  lifetimeSeconds?: number;
  /** Where the file of SQLite is; by default in a temporary folder. */
  folder?: string;
  /** Whether the server's clock can step from the beginning on. */
  hasMovableClock?: boolean;
  /** A shell's line to run before the server. */
  before?: string;
  /** After how many answers a random moment comes at the earliest. */
  answersLeast?: number;
  /** How many more answers it may be. */
  answersSpan?: number;
}

/** A production server with its database and gateway, under load, for a scenario to break. */
export interface Stage extends Launcher {
  history: History;
  clock: MovableClock;
  /** Records a fault that lasts as long as the work. */
  fault: <T>(name: string, isDeath: boolean, work: () => Promise<T>) => Promise<T>;
  /** A whole number that the seed decides. */
  random: (least: number, most: number) => number;
  /** Waits for a random moment under load: just when so many more answers have come, or some milliseconds later. */
  randomMoment: () => Promise<void>;
  /** Waits until a start that began just now is accepted. */
  untilServed: (withinMs?: number) => Promise<void>;
  broken: (rule: Violation["rule"], text: string) => void;
}

export interface Result {
  acknowledged: number;
  /** Answered with 503. */
  refused: number;
  /** Not answered. */
  unknown: number;
  violations: Violation[];
  history: History;
}

const clients = 12;

/** Sets a stage, lets a scenario play on it, kills the server under load in the end, and judges what is left. */
export async function play(options: StageOptions, scenario: (stage: Stage) => Promise<void>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-chaos-"));
  const { seed, database, lifetimeSeconds = 600 } = options;
  const history: History = [{ type: "setting", scenario: options.scenario, seed, database, lifetimeSeconds }];
  const violations: Violation[] = [];
  const gateway = await startGateway(history, seed);
  const clock = createMovableClock(folder, history, database === "SQLite");
  try {
    const databaseUrl = await createDatabase(options, options.folder ?? folder);
    const credentials = await createAccount(databaseUrl);
    const launcher = await createLauncher({ options, folder, databaseUrl, lifetimeSeconds, gateway, clock });
    try {
      await launcher.start();
      const origin = `http://127.0.0.1:${launcher.port}`;
      const caller = createCaller(origin, credentials, await apiOf(origin, credentials).createService());
      const load = startLoad({ caller, gateway, history, seed, clients });
      const stage = createStage({ launcher, clock, load, history, options, violations });
      await scenario(stage);
      await letOut(stage, load, gateway, databaseUrl, credentials.accountSid);
      caller.close();
    } finally {
      await launcher.kill();
    }
    return resultOf(history, violations);
  } finally {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function createDatabase({ database, postgres }: StageOptions, folder: string): string | Promise<string> {
  if (database === "SQLite") return `sqlite:${join(folder, "chaos.db")}`;
  if (!postgres) throw new Error("PostgreSQL does not run.");
  return postgres.createDatabase();
}

interface Parts extends Pick<Stage, "history" | "clock"> {
  launcher: Launcher;
  load: Load;
  options: StageOptions;
  violations: Violation[];
}

function createStage({ launcher, clock, load, history, options, violations }: Parts): Stage {
  const { seed, answersLeast = 50, answersSpan = 350 } = options;
  const draw = createDraw(fc.nat(randomMax), seed + 1);
  const random: Stage["random"] = (least, most) => least + (draw() % (most - least + 1));
  const broken: Stage["broken"] = (rule, text) => void violations.push({ rule, text });
  return {
    ...launcher,
    history,
    clock,
    random,
    broken,
    async fault(name, isDeath, work) {
      const from = Date.now();
      try {
        return await work();
      } finally {
        history.push({ type: "fault", name, from, until: Date.now(), isDeath });
      }
    },
    async randomMoment() {
      await Promise.race([load.answers(random(answersLeast, answersLeast + answersSpan)), wait(momentMs)]);
      // What was answered too early is lost by those that come at once.
      if (random(0, 1) === 1) await wait(random(0, 20));
    },
    async untilServed(withinMs = servedMs) {
      const [since, known] = [Date.now(), history.length];
      const isServed = () =>
        recordsOf(history.slice(known), "request").some(
          ({ begin, answer }) => begin >= since && answer?.status === 201,
        );
      for (const until = since + withinMs; !isServed(); await wait(20)) {
        if (Date.now() < until) continue;
        broken("service", `no start is accepted for ${withinMs} ms: ${launcher.server().output()}`);
        return;
      }
    },
  };
}

/** Far more than any span that is drawn from it. */
const randomMax = 2 ** 30;
/** Where hardly anything is answered, a moment is one after so long. */
const momentMs = 10_000;
/** How long a server that has its database again may take until it serves. */
const servedMs = 20_000;
const letOutMs = 45_000;
const leaseMs = leaseSeconds * 1000 + 1000;

/** Kills the server for the last time, starts it when all leases are over, and waits until no message waits. */
async function letOut(stage: Stage, load: Load, gateway: Gateway, databaseUrl: string, accountSid: string) {
  const { clock, history } = stage;
  await stage.randomMoment();
  await stage.fault("kill server", true, stage.kill);
  await load.stop();
  gateway.calm();
  // Where time is the database's, nothing but waiting makes it pass, and a server that is far ahead does not start.
  const isMoved = databaseUrl.startsWith("sqlite:");
  clock.setAhead(isMoved ? clock.farthest() + leaseMs : 0);
  await stage.start({ workers: 1, hasMovableClock: true });
  const store = await openStore(databaseUrl, Date.now, { wrapping: createVault(stage.secret) });
  try {
    const until = Date.now() + letOutMs + (isMoved ? 0 : leaseMs);
    while ((await store.outbox.waiting()).count > 0 && Date.now() < until) await wait(100);
    stage.server().kill("SIGTERM");
    const code = await stage.server().ended;
    if (code !== 0) stage.broken("service", `it ended with ${code} after SIGTERM`);
    history.push(await readKept(store, accountSid));
    for (const text of await figuresUnlikeFacts(store, accountSid)) stage.broken("figures", text);
  } finally {
    await store.close();
  }
}

function resultOf(history: History, violations: readonly Violation[]): Result {
  const requests = recordsOf(history, "request");
  const unknown = requests.filter(({ answer }) => answer === null).length;
  const refused = requests.filter(({ answer }) => answer?.status === 503).length;
  const acknowledged = requests.length - unknown - refused;
  return { acknowledged, refused, unknown, violations: [...violations, ...check(history)], history };
}
