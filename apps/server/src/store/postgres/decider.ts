import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { type Deciding, settle, type WaitingCommand } from "../fold.ts";
import type { Store } from "../store.ts";
import { limitLockKey } from "./batch.ts";
import { createKnown } from "./known.ts";
import { createLane, type Lane } from "./lane.ts";

/**
 * Decides in batches: while some are on their way, the commands that arrive gather and become the next. To close it waits
 * for what was asked before, then disconnects.
 *
 * One batch is decided while the one before it is written, where enough wait for it to be worth its trip. What names the
 * same as a batch that is on its way waits for it, and so does what comes after that and names the same: commands for one
 * recipient are decided in the order of their arrival, and on what is known of those before.
 */
export function createDecider(url: string, deciding: Deciding): Pick<Store, "decide" | "close"> {
  const known = createKnown(deciding.dayKeys.keys);
  const idle = Array.from({ length: lanesMax }, () => createLane(url, { ...deciding, known }));
  let waiting: Named[] = [];
  const running = new Set<Promise<void>>();
  const busy = new Set<string>();
  let commandsRunning = 0;
  let isScheduled = false;
  let late: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** What arrives in one turn of the event loop shares a batch. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      startBatch();
    });
  }

  function startBatch(isLate = false): void {
    if (running.size > 0 && waiting.length < batchMin && !isLate) {
      // The batch that is on its way may be held up by somebody's lock.
      late ??= setTimeout(() => startBatch(true), waitMs);
      return;
    }
    clearTimeout(late);
    late = undefined;
    const lane = waiting.length === 0 ? undefined : idle.pop();
    if (!lane) return;
    const commands = takeFree(batchSize(waiting.length + commandsRunning));
    if (commands.length === 0) return void idle.push(lane);
    const names = commands.flatMap((command) => command.names);
    for (const name of names) busy.add(name);
    commandsRunning += commands.length;
    const batch = runTogether(lane, commands).finally(() => {
      running.delete(batch);
      for (const name of names) busy.delete(name);
      commandsRunning -= commands.length;
      idle.push(lane);
      schedule();
    });
    running.add(batch);
  }

  /** Takes the first that wait for no batch that is on its way, nor for one before them. */
  function takeFree(max: number): Named[] {
    const taken: Named[] = [];
    const left: Named[] = [];
    const passed = new Set<string>();
    for (const command of waiting) {
      if (taken.length < max && !command.names.some((name) => busy.has(name) || passed.has(name))) taken.push(command);
      else {
        left.push(command);
        for (const name of command.names) passed.add(name);
      }
    }
    waiting = left;
    return taken;
  }

  const enqueue: Store["decide"] = (command) =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new StoreUnavailableError("The store is closed."));
      waiting.push({ command, names: namesOf(command), resolve: resolve as WaitingCommand["resolve"], reject });
      schedule();
    });
  const { dayKeys, clock } = deciding;

  return {
    decide: (command) =>
      dayKeys.keys.covers(clock()) ? enqueue(command) : dayKeys.extend().then(() => enqueue(command)),
    async close() {
      isClosed = true;
      while (waiting.length > 0 || running.size > 0) {
        startBatch(true);
        await Promise.race(running);
      }
      await Promise.all(idle.map((lane) => lane.close()));
    },
  };
}

const lanesMax = 2;
/** Fewer wait for the batch that is on its way, as several share a machine's processors, but no longer than a quick disk takes. */
const batchMin = 8;
const waitMs = 2;

interface Named extends WaitingCommand {
  /** What it decides on, in texts that name nothing else. */
  names: readonly string[];
}

function namesOf({ serviceSid, target, rateLimits = [] }: WaitingCommand["command"]): string[] {
  const limits = rateLimits.map((limit) => limitLockKey({ serviceSid, ...limit }));
  return [`${serviceSid} ${"sid" in target ? target.sid : target.recipient}`, ...limits];
}

/**
 * Callers whose commands share a batch come back together. If one batch took them all they would stay together, and the
 * other lane would never have work. The upper bound is for the database's table of locks, which all processes share.
 */
function batchSize(commands: number): number {
  return Math.min(Math.max(Math.ceil(commands / lanesMax), batchMin), 200);
}

/** A command whose writes the database refuses fails the batch: then each runs alone, so that it fails only itself. */
async function runTogether(lane: Lane, batch: WaitingCommand[]): Promise<void> {
  try {
    settle(batch, await lane.run(batch.map(({ command }) => command)));
  } catch (error) {
    if (batch.length > 1 && !(error instanceof StoreUnavailableError)) {
      for (const one of batch) await runTogether(lane, [one]);
    } else {
      for (const { reject } of batch) reject(error);
    }
  }
}
