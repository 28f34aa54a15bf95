import { guardNames } from "../../guard/tally.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { limitsNamed, readLimit, writeCount } from "../../rate-limits/enforcement.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import { type Answer, type Deciding, fold } from "../fold.ts";
import type { Database } from "./database.ts";
import { createGuardReader, createGuardWriter } from "./guard.ts";
import type { ServiceCache } from "./service-cache.ts";
import { createRunner } from "./sql.ts";
import { createVerificationReader, createVerificationWriter } from "./verifications.ts";

type Decide = <T>(command: VerificationCommand<T>) => Promise<T>;

interface Waiting {
  command: VerificationCommand<unknown>;
  resolve: (outcome: unknown) => void;
  reject: (error: unknown) => void;
}

/** A transaction holds up the event loop, and with it every other caller, so it has an end. */
const commandsMax = 256;

/** Decides in one transaction on all commands that wait for it. */
export function createDecider(db: Database, services: ServiceCache, { clock, reactions }: Deciding): Decide {
  const read = createVerificationReader(db.writer);
  const write = createVerificationWriter(db.writer);
  const readGuard = createGuardReader(db.writer);
  const writeGuard = createGuardWriter(db.writer);
  const runStep = createRunner(db.writer);
  let waiting: Waiting[] = [];

  function decideAll(batch: readonly Waiting[]): Answer[] {
    const now = clock();
    const commands = batch.map(({ command }) => command);
    const names = guardNames(commands);
    const snapshot = {
      services: services.named(commands),
      verifications: read(commands),
      guard: names && readGuard(names),
      rateLimits: limitsNamed(commands).map((key) => ({ key, rows: runStep(readLimit(key)).rows })),
    };
    const { answers, changes } = fold(snapshot, commands, reactions, now);
    write(changes, now);
    writeGuard(changes.guard);
    for (const count of changes.bucketCounts) runStep(writeCount(count));
    return answers;
  }

  /** @param take what waits when the transaction begins */
  async function decideTogether(take: () => Waiting[]): Promise<void> {
    let batch: Waiting[] | undefined;
    try {
      // The job may run twice, but takes its batch once.
      const answers = await db.write(
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

  function takeWaiting(): Waiting[] {
    const taken = waiting.slice(0, commandsMax);
    waiting = waiting.slice(commandsMax);
    if (waiting.length > 0) void decideTogether(takeWaiting);
    return taken;
  }

  return <T>(command: VerificationCommand<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ command, resolve: resolve as Waiting["resolve"], reject });
      if (waiting.length === 1) void decideTogether(takeWaiting);
    });
}

function settle(batch: readonly Waiting[], answers: readonly Answer[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const answer = answers[index];
    if (answer && "outcome" in answer) resolve(answer.outcome);
    else reject(answer?.error);
  }
}
