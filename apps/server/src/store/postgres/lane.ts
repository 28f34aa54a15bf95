import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { randomFraction } from "../../kernel/random.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { Answer } from "../fold.ts";
import { type Batching, runBatch } from "./batch.ts";
import {
  byKey,
  type Connected,
  connectionConfig,
  durable,
  isConflict,
  isOtherSession,
  openSession,
  storeError,
} from "./connection.ts";

/** A connection that runs one batch at a time. It connects when it is first needed, and again after it was lost. */
export interface Lane {
  /**
   * Runs a batch, again if it lost against another transaction.
   * @throws StoreUnavailableError, or what the database has against one of the commands.
   */
  run(commands: readonly VerificationCommand<unknown>[]): Promise<Answer[]>;
  close(): Promise<void>;
}

export function createLane(url: string, batching: Batching): Lane {
  let connected: Connected | undefined;
  let isPooled = false;

  async function connect(): Promise<Connected> {
    const client = new pg.Client({ ...connectionConfig(url), pipeline: true });
    client.on("error", () => discard(client));
    try {
      await client.connect();
      connected = { client, ...(await openSession(client, { ...durable, ...byKey }, isPooled)) };
      return connected;
    } catch (error) {
      discard(client);
      throw error;
    }
  }

  function discard(client: pg.Client): void {
    if (connected?.client === client) connected = undefined;
    client.end().catch(() => {});
  }

  async function tryOnce(commands: readonly VerificationCommand<unknown>[], canRetry: boolean) {
    try {
      return await runBatch(connected ?? (await connect()), commands, batching);
    } catch (error) {
      if (canRetry && isConflict(error)) return undefined;
      // A pooler that could not be told from the database. Nothing was changed, and from now on it is known.
      if (!isPooled && connected && isOtherSession(error)) {
        isPooled = true;
        discard(connected.client);
        return undefined;
      }
      throw storeError(error);
    }
  }

  return {
    async run(commands) {
      try {
        for (let tries = 1; ; tries += 1) {
          const answers = await tryOnce(commands, tries < triesMax);
          if (answers) return answers;
          await wait(randomFraction() * tries * 5);
        }
      } catch (error) {
        if (connected && error instanceof StoreUnavailableError) discard(connected.client);
        throw error;
      }
    },
    async close() {
      await connected?.client.end();
    },
  };
}

/** Where the database's locks work, even a second try is rare. */
const triesMax = 10;
