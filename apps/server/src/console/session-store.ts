import type { Author } from "../kernel/handler.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import { type ConsoleSession, sessionSeconds } from "./session.ts";
import { audit } from "./trail.ts";

export const consoleSessions = table<ConsoleSession>({
  name: "console_sessions",
  owner: "account",
  key: ["account_sid", "id_hash"],
  fields: {
    ...{ accountSid: "plain", idHash: "plain", credentialSid: "plain", secretHash: "plain" },
    ...{ createdAt: "plain", usedAt: "plain" },
  },
  person: { none: "a session is one of a tenant's people" },
  erased: { column: "created_at", below: ({ now }) => now - sessionSeconds * 1000 },
});

export type SessionStore = ReturnType<typeof sessionStore>;

/** What of a session its entry in the audit trail tells. */
type Named = Pick<ConsoleSession, "accountSid" | "credentialSid">;

export function sessionStore(sql: Sql) {
  const entry = ({ accountSid, credentialSid: resourceSid }: Named, action: string, by: Author, at: number) =>
    audit({ accountSid, by, at, action, resourceType: "console_session", resourceSid });
  const remove = (idHash: string): Work<unknown> => run("DELETE FROM console_sessions WHERE id_hash = $1", [idHash]);
  return {
    /** @param before the hash of the one that it takes the place of, if there is one */
    open: (session: ConsoleSession, before: string | undefined, by: Author) =>
      sql.transact(function* () {
        if (before !== undefined) yield* remove(before);
        yield* run(consoleSessions.insert, consoleSessions.row(session));
        yield* entry(session, "logged_in", by, session.createdAt);
      }),
    find: async (idHash: string): Promise<ConsoleSession | undefined> =>
      (await sql.read(`SELECT ${consoleSessions.fieldColumns} FROM console_sessions WHERE id_hash = $1`, [idHash])).map(
        consoleSessions.of,
      )[0],
    async used({ idHash }: ConsoleSession, now: number) {
      await sql.run("UPDATE console_sessions SET used_at = $2 WHERE id_hash = $1", [idHash, now]);
    },
    close: (session: ConsoleSession, by: Author, now: number) =>
      sql.transact(function* () {
        yield* remove(session.idHash);
        yield* entry(session, "logged_out", by, now);
      }),
    /** Writes that somebody named a key, and not its secret. */
    refused: (named: Named, by: Author, now: number) => sql.transact(() => entry(named, "login_failed", by, now)),
  };
}
