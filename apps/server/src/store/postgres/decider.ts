import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { type Deciding, settle, type WaitingCommand } from "../fold.ts";
import type { Store } from "../store.ts";
import { createLane, type Lane } from "./lane.ts";

/**
 * Decides in batches: while one is on its way, the commands that arrive gather and become the next. To close it waits for
 * what was asked before, then disconnects.
 *
 * One batch locks, reads and decides while the one before it writes and commits. The later one asks for its locks only
 * when the earlier one has all of its own, so commands for one recipient are decided in the order of their arrival.
 */
export function createDecider(url: string, deciding: Deciding): Pick<Store, "decide" | "close"> {
  const idle = Array.from({ length: lanesMax }, () => createLane(url, deciding));
  const waiting: WaitingCommand[] = [];
  const running = new Set<Promise<void>>();
  let commandsRunning = 0;
  let isLocking = false;
  let isScheduled = false;
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

  function startBatch(): void {
    const lane = isLocking || waiting.length === 0 ? undefined : idle.pop();
    if (!lane) return;
    const commands = waiting.splice(0, batchSize(waiting.length + commandsRunning));
    commandsRunning += commands.length;
    isLocking = true;
    let isPast = false;
    const letNextLock = () => {
      if (isPast) return;
      isPast = true;
      isLocking = false;
      schedule();
    };
    const batch = runTogether(lane, commands, letNextLock).finally(() => {
      running.delete(batch);
      commandsRunning -= commands.length;
      idle.push(lane);
      letNextLock();
      schedule();
    });
    running.add(batch);
  }

  const enqueue: Store["decide"] = (command) =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new StoreUnavailableError("The store is closed."));
      waiting.push({ command, resolve: resolve as WaitingCommand["resolve"], reject });
      schedule();
    });
  const { dayKeys, clock } = deciding;

  return {
    decide: (command) =>
      dayKeys.keys.covers(clock()) ? enqueue(command) : dayKeys.extend().then(() => enqueue(command)),
    async close() {
      isClosed = true;
      while (waiting.length > 0 || running.size > 0) {
        startBatch();
        await Promise.race(running);
      }
      await Promise.all(idle.map((lane) => lane.close()));
    },
  };
}

const lanesMax = 2;

/**
 * Callers whose commands share a batch come back together. If one batch took them all they would stay together, and the
 * other lane would never have work. The upper bound is for the database's table of locks, which all processes share.
 */
function batchSize(commands: number): number {
  return Math.min(Math.max(Math.ceil(commands / lanesMax), 8), 200);
}

/** A command whose writes the database refuses fails the batch: then each runs alone, so that it fails only itself. */
async function runTogether(lane: Lane, batch: WaitingCommand[], onLocked: () => void): Promise<void> {
  try {
    const answers = await lane.run(
      batch.map(({ command }) => command),
      onLocked,
    );
    settle(batch, answers);
  } catch (error) {
    if (batch.length > 1 && !(error instanceof StoreUnavailableError)) {
      for (const one of batch) await runTogether(lane, [one], onLocked);
    } else {
      for (const { reject } of batch) reject(error);
    }
  }
}
