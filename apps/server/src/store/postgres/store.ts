import { conversion } from "../../events/reactions.ts";
import type { Clock } from "../../kernel/clock.ts";
import { createStore, type Store } from "../store.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { outboxWrites } from "./outbox.ts";
import { factOf } from "./statements.ts";

/**
 * Opens the store on PostgreSQL and brings its tables up to date. Any number of processes may share the database.
 * @param url `postgres://user:password@host:port/database`
 * @throws StoreUnavailableError when the database cannot be reached.
 */
export async function openPostgresStore({ url, clock }: { url: string; clock: Clock }): Promise<Store> {
  const { sql, close } = await openDatabase(url);
  const reactions = [conversion];
  const decider = createDecider(url, { clock, reactions });
  return createStore({
    kind: "postgres",
    sql,
    clock,
    reactions,
    decide: decider.decide,
    outbox: outboxWrites(sql, reactions),
    factOf,
    isPending: "status = 'pending' AND expires_at > $2",
    rowsPerStep: 5_000,
    close: () => decider.close().then(close),
  });
}
