import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";

export interface Checkpointer {
  /** To be called after each commit. Does not wait. */
  committed(): void;
  /** Moves everything from the log of writes to the file, and empties the log. */
  empty(): Promise<void>;
}

/** The log is then some ten MB long, and moving it holds up commits for some ten ms. */
const commitsMax = 100;

/**
 * Moves what was committed from the log of writes to the file, in threads beside the event loop. By itself SQLite does
 * all of it within a commit, and everybody waits.
 */
export function createCheckpointer(own: Connection, writer: Connection, lane: Lane): Checkpointer {
  let commits = 0;
  let running: Promise<void> | undefined;

  async function move(): Promise<void> {
    commits = 0;
    // Nearly everything is moved while writes go on. They wait only for the rest, since the log begins anew when nothing
    // in it is left to move.
    await own.execInBackground("PRAGMA wal_checkpoint(PASSIVE)");
    await lane.between(() => writer.execInBackground("PRAGMA wal_checkpoint(PASSIVE)"));
  }

  return {
    committed() {
      commits += 1;
      if (running || commits < commitsMax) return;
      // What fails is tried again some commits later; the fault that it met, a commit meets and reports.
      running = move()
        .catch(() => {})
        .finally(() => {
          running = undefined;
        });
    },
    async empty() {
      await running;
      await lane.between(() => writer.execInBackground("PRAGMA wal_checkpoint(TRUNCATE)"));
    },
  };
}
