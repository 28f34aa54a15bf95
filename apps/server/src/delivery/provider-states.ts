import { audit } from "../console/trail.ts";
import type { Author } from "../kernel/handler.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";

/** What all processes know of a provider. Of no account, which is `everybody`, it tells how it took what it got last. */
export interface ProviderState {
  accountSid: string;
  name: string;
  /** Since when it gets no messages of the account; null where it does. */
  pausedAt: number | null;
  succeededAt: number | null;
  failedAt: number | null;
  lastError: string | null;
}

/** In place of an account: what holds for all. */
export const everybody = "";

export const providerStates = table<ProviderState>({
  name: "provider_states",
  owner: "account",
  key: ["account_sid", "name"],
  fields: {
    ...{ accountSid: "plain", name: "plain", pausedAt: "plain" },
    ...{ succeededAt: "plain", failedAt: "plain", lastError: "plain" },
  },
  person: { none: "it tells of providers" },
  erased: { never: "there are as few as providers" },
});

const { fieldColumns } = providerStates;

/** How a provider took what it got last; null for what is not news. */
export type Heard = Pick<ProviderState, "name" | "succeededAt" | "failedAt" | "lastError">;

export type ProviderStore = ReturnType<typeof providerStore>;

export function providerStore(sql: Sql) {
  return {
    /** Those of an account, and those that hold for all. */
    list: async (accountSid: string) => {
      const which = "account_sid = $1 OR account_sid = ''";
      return (await sql.read(`SELECT ${fieldColumns} FROM provider_states WHERE ${which}`, [accountSid])).map(
        providerStates.of,
      );
    },
    paused: async () =>
      (await sql.read(`SELECT ${fieldColumns} FROM provider_states WHERE paused_at IS NOT NULL`)).map(
        providerStates.of,
      ),
    /** Has a provider get messages of an account, or of everybody, or not. Where nothing changes, the trail tells nothing. */
    pause: (
      { accountSid, name }: Pick<ProviderState, "accountSid" | "name">,
      isPaused: boolean,
      now: number,
      by: Author,
    ) =>
      sql.transact(function* () {
        yield* run("INSERT INTO provider_states (account_sid, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
          accountSid,
          name,
        ]);
        const { count } = yield* run(
          `UPDATE provider_states SET paused_at = $3
           WHERE account_sid = $1 AND name = $2 AND paused_at IS ${isPaused ? "" : "NOT "}NULL`,
          [accountSid, name, isPaused ? now : null],
        );
        if (count === 0) return;
        const [active, paused] = [
          { name, status: "active" },
          { name, status: "paused" },
        ];
        const changed = isPaused
          ? { action: "paused", before: active, after: paused }
          : { action: "resumed", before: paused, after: active };
        for (const sid of yield* accountsOf(accountSid)) {
          yield* audit({ accountSid: sid, by, at: now, resourceType: "provider", ...changed });
        }
      }),
    /** Writes how providers took what they got. */
    hear: (heard: readonly Heard[]) =>
      sql.transact(function* () {
        for (const { name, succeededAt, failedAt, lastError } of heard) {
          yield* run(
            `INSERT INTO provider_states AS p (account_sid, name, succeeded_at, failed_at, last_error)
             VALUES ('', $1, $2, $3, $4) ON CONFLICT (account_sid, name) DO UPDATE SET
               succeeded_at = coalesce(excluded.succeeded_at, p.succeeded_at),
               failed_at = coalesce(excluded.failed_at, p.failed_at),
               last_error = coalesce(excluded.last_error, p.last_error)`,
            [name, succeededAt, failedAt, lastError],
          );
        }
      }),
  };
}

/** Whose trail tells of it. */
function* accountsOf(accountSid: string): Work<string[]> {
  if (accountSid !== everybody) return [accountSid];
  return (yield* run("SELECT sid FROM accounts ORDER BY sid")).rows.map(([sid]) => String(sid));
}
