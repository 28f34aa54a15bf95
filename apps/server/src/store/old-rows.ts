import { recipientPrefix } from "../attempts/store.ts";
import { run, type Sql, type Value } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";

const rowsPerStep = 500;

/** Seals recipients that stand in clear, in rows of an earlier version, which may run beside this one. */
export async function sealOldRows(sql: Sql, kind: "sqlite" | "postgres", keys: DayKeys): Promise<void> {
  // SQLite has a verification as JSON besides.
  const state = kind === "sqlite" ? ", state = json_remove(state, '$.recipient')" : "";
  await sealIn(sql, keys, "verifications", state, () => []);
  await sealIn(sql, keys, "attempts", ", recipient_prefix = $5", (recipient) => [recipientPrefix(recipient)]);
}

async function sealIn(sql: Sql, keys: DayKeys, table: string, also: string, valuesOf: (recipient: string) => Value[]) {
  const next = `SELECT service_sid, sid, recipient, created_at FROM ${table}
    WHERE sealed_recipient IS NULL AND recipient IS NOT NULL LIMIT ${rowsPerStep}`;
  const update = `UPDATE ${table} SET recipient = $3, sealed_recipient = $4${also}
    WHERE service_sid = $1 AND sid = $2 AND sealed_recipient IS NULL`;
  for (;;) {
    const rows = (await sql.read(next)) as [string, string, string, number][];
    if (rows.length === 0) return;
    await sql.transact(function* () {
      for (const [serviceSid, sid, recipient, createdAt] of rows) {
        const sealed = [keys.hash(recipient), keys.seal(recipient, createdAt), ...valuesOf(recipient)];
        yield* run(update, [serviceSid, sid, ...sealed]);
      }
    });
  }
}
