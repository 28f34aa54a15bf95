import { conversion } from "../../events/reactions.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type KeyWrapping, openDayKeys } from "../day-keys.ts";
import { createStore, type Store, type StoreLog } from "../store.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { outboxWrites } from "./outbox.ts";
import { lockRecipient, verificationRows } from "./statements.ts";
import { keepDatabaseTime, selectTime } from "./time.ts";

interface PostgresOptions {
  url: string;
  /** By default the database's own time. */
  clock?: Clock | undefined;
  log?: StoreLog | undefined;
  wrapping?: KeyWrapping | undefined;
}

/**
 * Opens the store on PostgreSQL and brings its tables up to date. Any number of processes may share the database.
 * @param url `postgres://user:password@host:port/database`
 * @throws StoreUnavailableError when the database cannot be reached.
 */
export async function openPostgresStore({ url, clock: given, log, wrapping }: PostgresOptions): Promise<Store> {
  const { sql, alone, close, ...keyed } = await openDatabase(url);
  const time = given
    ? undefined
    : await keepDatabaseTime(async () => Number((await sql.read(selectTime))[0]?.[0]), { log });
  const clock = given ?? time?.now ?? Date.now;
  const reactions = [conversion];
  const dayKeys = await openDayKeys(sql, clock, "postgres", wrapping);
  const decider = createDecider(url, { clock, reactions, dayKeys });
  return createStore({
    kind: "postgres",
    sql,
    alone,
    clock,
    ...(time && { aheadMs: time.aheadMs }),
    reactions,
    dayKeys,
    decide: decider.decide,
    outbox: outboxWrites(keyed, reactions, dayKeys.keys),
    verificationRows,
    log,
    isPending: "status = 'pending' AND expires_at > $2",
    rowsPerStep: 5_000,
    lockRecipient,
    close() {
      time?.stop();
      return decider.close().then(close);
    },
  });
}
