import type { Author } from "../kernel/handler.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { changesOf, type OnChange, type ResourceFact } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { type AccessToken, creations, creationWaitSeconds, sidIn, tokenOf } from "./access-token.ts";

/** As it stands in its row. */
type Row = Omit<AccessToken, "identity" | "friendlyName"> & { identityHash: string; sealedParts: string };

export const accessTokens = table<Row>({
  name: "access_tokens",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", identityHash: "plain", sealedParts: "plain" },
    ...{ ttl: "plain", expiresAt: "plain", usedAt: "plain", createdAt: "plain" },
  },
  audited: { as: "access_token", shows: ({ serviceSid, ttl }) => ({ serviceSid, ttl }) },
  person: {
    as: "access_tokens",
    rows: ({ accountSid, identityHash }) => [
      {
        where: "service_sid IN (SELECT sid FROM services WHERE account_sid = $1) AND identity_hash = $2",
        values: [accountSid, identityHash],
      },
    ],
  },
  erased: { column: "expires_at", below: ({ now }) => now },
});

export type AccessTokenStore = ReturnType<typeof accessTokenStore>;

/** Hashes are those of no secret that is replaced, so that a token outlives its secret. */
export function accessTokenStore(sql: Sql, onChange: OnChange, { hash, sealKept, open }: DayKeys) {
  const told = changesOf<Row>(accessTokens, onChange);
  const rowOf = ({ identity, friendlyName, ...accessToken }: AccessToken): Row => {
    const sealedParts = sealKept(JSON.stringify([identity, friendlyName]));
    return { ...accessToken, identityHash: hash(identity), sealedParts };
  };
  const of = ({ identityHash: _, sealedParts, ...row }: Row): AccessToken => {
    const [identity, friendlyName] = JSON.parse(open(sealedParts) ?? '["",null]');
    return { ...row, identity, friendlyName };
  };
  return {
    tokenOf: (sid: string) => tokenOf(sid, hash),
    /** The SID of a token that was made here, whether or not it is there yet. */
    sidIn: (token: string) => sidIn(token, hash),
    create: (accessToken: AccessToken, by: Author) =>
      sql.transact<Outcome<AccessToken, 20404 | 20429>>(function* () {
        const { serviceSid, accountSid, createdAt: now } = accessToken;
        const service = "SELECT 1 FROM services WHERE sid = $1 AND account_sid = $2 FOR UPDATE";
        if ((yield* run(service, [serviceSid, accountSid])).count === 0) return refused(20404);
        const row = rowOf(accessToken);
        const values = [serviceSid, row.identityHash, now - creations.ms, now + creations.ms];
        const retryAfterSeconds = creationWaitSeconds((yield* run(latest, values)).rows.map(Number), now);
        if (retryAfterSeconds > 0) return refused(20429, { retryAfterSeconds });
        yield* run(accessTokens.insert, accessTokens.row(row));
        yield* told(by, null, row);
        return accepted(accessToken);
      }),
    /** One that has not expired, used or not. */
    async fetch(serviceSid: string, sid: string, now: number): Promise<AccessToken | undefined> {
      const rows = await sql.read(one, [serviceSid, sid, now]);
      return rows.map((row) => of(accessTokens.of(row)))[0];
    },
    /** What one lets be done once, in a transaction that nobody else is in who is of its identity. */
    permit: (serviceSid: string, sid: string, now: number) => ({
      *isGood(): Work<boolean> {
        const { rows } = yield* run(`${one} AND used_at IS NULL`, [serviceSid, sid, now]);
        return rows.length > 0;
      },
      useUp: () =>
        run("UPDATE access_tokens SET used_at = $3 WHERE service_sid = $1 AND sid = $2", [serviceSid, sid, now]),
    }),
  };
}

const one = `SELECT ${accessTokens.fieldColumns} FROM access_tokens
  WHERE service_sid = $1 AND sid = $2 AND expires_at > $3`;

/** A clock that went back by more was moved, in the sandbox. */
const latest = `SELECT created_at FROM access_tokens
  WHERE service_sid = $1 AND identity_hash = $2 AND created_at > $3 AND created_at < $4
  ORDER BY created_at DESC LIMIT ${creations.max}`;

/** What would make an entity anew goes with it. */
export const accessTokensOfDeleted = {
  *resource({ kind, table, before }: ResourceFact): Work<void> {
    if (table !== "entities" || kind !== "deleted") return;
    const { serviceSid, identityHash } = before as Row;
    yield* run("DELETE FROM access_tokens WHERE service_sid = $1 AND identity_hash = $2", [serviceSid, identityHash]);
  },
};
