import { randomBytes } from "node:crypto";
import type { Clock } from "../kernel/clock.ts";
import type { Keeping } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import { type CodeVault, createDayKeys, type DayKeys, dayOf, dayOfHashes, dayOfKept } from "../verifications/vault.ts";
import { sealOldRows } from "./old-rows.ts";

/** Seals the keys themselves, under a secret that is not in the database; its id stands before the first dot. */
export type KeyWrapping = Pick<CodeVault, "sealText" | "openText">;

/** The keys that recipients are sealed under, one for each day; those of one secret can't be read with another. */
export const dayKeys: Keeping = {
  name: "day_keys",
  owner: "nobody",
  key: ["day", "secret_id"],
  columns: ["day", "secret_id", "sealed"],
  erased: { never: "a sweep writes it anew without the keys of the days of which nothing is left" },
  person: { none: "a key tells of nobody" },
  survivesReset: "they tell of nobody, and others have the table open",
};

/** Where nothing is given to seal the keys under, as in tests. */
const bare: KeyWrapping = {
  sealText: (text) => `none.${text}`,
  openText: (sealed) => (sealed.startsWith("none.") ? sealed.slice("none.".length) : undefined),
};

/** They are made ahead, so that every process knows them by the time they are used. */
const daysAhead = 7;
/** What was sealed on a day ends on the next one at the latest, and clocks may differ. */
const daysAfter = 3;

export type DayKeyStore = Awaited<ReturnType<typeof openDayKeys>>;

/** @param wrapping without it nothing of an earlier version is sealed: somebody else has the secret */
export async function openDayKeys(sql: Sql, clock: Clock, kind: "sqlite" | "postgres", given?: KeyWrapping) {
  const wrapping = given ?? bare;
  const keys = createDayKeys();
  let extending: Promise<void> | undefined;
  const newest = wrapping.sealText("").split(".", 1)[0] ?? "";

  /** Reads those that the secrets open; what the newest did not seal is sealed under it besides, so that a secret can go. */
  async function load(): Promise<void> {
    const rows = await sql.read("SELECT day, secret_id, sealed FROM day_keys ORDER BY day, secret_id");
    const isThere = new Set(rows.flatMap(([day, id]) => (id === newest ? [day] : [])));
    for (const [day, , sealed] of rows as [number, string, string][]) {
      const text = wrapping.openText(sealed.replaceAll('"', ""));
      if (text === undefined) continue;
      keys.add(day, Buffer.from(text, "base64url"));
      if (!isThere.has(day)) await sql.run(insert, rowOf(day, text));
    }
  }

  const rowOf = (day: number, text: string) => [day, newest, JSON.stringify(wrapping.sealText(text))];

  /** Has the keys of today and of some days ahead, making those that are missing. Who comes meanwhile waits for the same. */
  function extend(): Promise<void> {
    extending ??= makeMissing().finally(() => {
      extending = undefined;
    });
    return extending;
  }

  async function makeMissing(): Promise<void> {
    await load();
    const today = dayOf(clock());
    const days = [dayOfHashes, dayOfKept, ...Array.from({ length: daysAhead }, (_, index) => today + index)];
    const missing = days.filter((day) => !keys.has(day));
    if (missing.length === 0) return;
    await sql.transact(function* () {
      for (const day of missing) yield* run(insert, rowOf(day, randomBytes(32).toString("base64url")));
    });
    // Another process may have been first.
    await load();
  }

  /** Erases the keys of days of which nothing is left. @param before what ended earlier is erased */
  async function forget(before: number): Promise<void> {
    const first = dayOf(before) - daysAfter;
    const isOld = "day >= 0 AND day < $1";
    if ((await sql.read(`SELECT 1 FROM day_keys WHERE ${isOld} LIMIT 1`, [first])).length === 0) return;
    if (kind === "postgres" && (await mayTruncate())) await rewrite(first);
    else await sql.run(`DELETE FROM day_keys WHERE ${isOld}`, [first]);
    keys.keep((day) => day < 0 || day >= first);
  }

  async function mayTruncate(): Promise<boolean> {
    return Boolean((await sql.read("SELECT has_table_privilege('day_keys', 'TRUNCATE')"))[0]?.[0]);
  }

  /** PostgreSQL leaves what it deletes in the table's file. A table that is truncated gets a new one. */
  function rewrite(first: number): Promise<void> {
    return sql.transact(function* () {
      yield* run("LOCK TABLE day_keys IN ACCESS EXCLUSIVE MODE");
      const { rows } = yield* run("SELECT day, secret_id, sealed FROM day_keys WHERE day < 0 OR day >= $1", [first]);
      yield* run("TRUNCATE day_keys");
      for (const [day, id, sealed] of rows) yield* run(insert, [day, id, JSON.stringify(sealed)]);
    });
  }

  /** Prepares what is there: the keys that others made, and the rows of an earlier version. */
  async function prepare(): Promise<void> {
    await extend();
    if (given) await sealOldRows(sql, kind, keys);
  }

  await prepare();
  return { keys: keys as DayKeys, prepare, load, extend, forget };
}

const insert = "INSERT INTO day_keys (day, secret_id, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
