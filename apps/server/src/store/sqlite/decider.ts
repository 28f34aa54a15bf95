import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { rememberingKeys } from "../../verifications/vault.ts";
import { type Answer, type Deciding, fold, namesIn, settle, type WaitingCommand } from "../fold.ts";
import type { Store } from "../store.ts";
import { createReader, createWriter } from "./batch.ts";
import type { Database } from "./database.ts";

/** A transaction holds up the event loop, and with it every other caller, so it has an end. */
const commandsMax = 256;

/** Decides in one transaction on all commands that wait for it. */
export function createDecider(
  { writer, services, write }: Database,
  { clock, reactions, dayKeys }: Deciding,
): Store["decide"] {
  const keys = rememberingKeys(dayKeys.keys);
  const readNamed = createReader(writer, services, keys);
  const writeChanges = createWriter(writer, keys);
  let waiting: WaitingCommand[] = [];

  function decideAll(batch: readonly WaitingCommand[]): Answer[] {
    const now = clock();
    const commands = batch.map(({ command }) => command);
    try {
      const { answers, changes } = fold(readNamed(namesIn(commands)), commands, reactions, now, dayKeys.keys);
      writeChanges(changes, now);
      return answers;
    } finally {
      keys.forget();
    }
  }

  /** @param take what waits when the transaction begins */
  async function decideTogether(take: () => WaitingCommand[]): Promise<void> {
    let batch: WaitingCommand[] | undefined;
    try {
      // The job may run twice, but takes its batch once.
      const answers = await write(
        () => {
          batch ??= take();
          return decideAll(batch);
        },
        () => batch?.length === 1,
      );
      settle(batch ?? [], answers);
    } catch (error) {
      batch ??= take();
      if (batch.length > 1 && !(error instanceof StoreUnavailableError)) {
        // The database refuses what one of them wrote, so each gets a job of its own.
        for (const one of batch) void decideTogether(() => [one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  function takeWaiting(): WaitingCommand[] {
    const taken = waiting.slice(0, commandsMax);
    waiting = waiting.slice(commandsMax);
    if (waiting.length > 0) void decideTogether(takeWaiting);
    return taken;
  }

  const enqueue: Store["decide"] = (command) =>
    new Promise((resolve, reject) => {
      waiting.push({ command, resolve: resolve as WaitingCommand["resolve"], reject });
      if (waiting.length === 1) void decideTogether(takeWaiting);
    });

  return (command) => (dayKeys.keys.covers(clock()) ? enqueue(command) : dayKeys.extend().then(() => enqueue(command)));
}
