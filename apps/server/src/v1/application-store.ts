import type { Author } from "../kernel/handler.ts";
import type { Service } from "../services/service.ts";
import { addService, deleteService } from "../services/store.ts";
import { changesOf, type OnChange } from "../sql/resources.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import type { Application, ApplicationState } from "./application.ts";

/** What of an application holds secrets: its own key, and those of its webhooks. */
export type SealedParts = Pick<Application, "sealedSigningKey" | "state">;

interface UsedNonce {
  serviceSid: string;
  /** A hash of the nonce, which may be of any length. */
  hash: string;
  at: number;
}

interface IntegrationKey {
  accountSid: string;
  keyHash: string;
  createdAt: number;
}

export const applications = table<Application>({
  name: "applications",
  owner: "service",
  key: ["service_sid"],
  fields: {
    serviceSid: "plain",
    accountSid: "plain",
    id: "plain",
    apiKeyHash: "plain",
    appApiKeyHash: "plain",
    sealedSigningKey: "plain",
    state: "json",
    createdAt: "plain",
    updatedAt: "plain",
  },
  audited: { as: "application", shows: shownOf },
  person: { none: "whom to ask about an application is its owner" },
  erased: { never: "an application is there until somebody deletes it" },
});

export const signatureNonces: Keeping = {
  name: "signature_nonces",
  owner: "service",
  key: ["service_sid", "hash"],
  columns: ["service_sid", "hash", "used_at"],
  person: { none: "a nonce is a program's" },
  erased: { never: "a nonce is remembered for as long as its application lives, lest it be used again" },
};

export const integrationKeys = table<IntegrationKey>({
  name: "integration_keys",
  owner: "account",
  key: ["account_sid", "key_hash"],
  fields: { accountSid: "plain", keyHash: "plain", createdAt: "plain" },
  audited: { as: "integration_key", shows: () => ({}) },
  person: { none: "a key is a tenant's own" },
  erased: { never: "it is an account's credential" },
  survivesReset: "a reset leaves whoever may call",
});

/** What may be told of an application: its keys and webhooks by their ids, an address without what a query may hide. */
function shownOf({ id, state }: Application): object {
  const { accessKeys, webhooks, oneTouchCallback } = state;
  const byId = <T extends { id: string }>(items: T[], shown: (item: T) => object) =>
    Object.fromEntries(items.map((item) => [item.id, shown(item)]));
  const plain = (url: string) => url.replace(/[?#].*$/s, "");
  return {
    appId: id,
    plan: state.plan,
    suspended: state.isSuspended,
    smsEnabled: state.smsEnabled,
    phoneCallsEnabled: state.phoneCallsEnabled,
    onetouchEnabled: state.oneTouchEnabled,
    onetouchCallbackUrl: oneTouchCallback && plain(oneTouchCallback.url),
    onetouchCallbackMethod: oneTouchCallback?.method ?? null,
    accessKeys: byId(accessKeys, ({ name, permission }) => ({ name, permission })),
    webhooks: byId(webhooks, ({ name, url, events }) => ({ name, url: plain(url), events })),
  };
}

const { fieldColumns, of } = applications;
const own = "service_sid = $1 AND account_sid = $2";

export type ApplicationStore = ReturnType<typeof applicationStore>;

/**
 * The v1 applications. Keys are looked up by their hashes (`hashKey`); in clear they are nowhere.
 * @param tables all that there are: those of a service lose its rows with it
 * @param isPending SQL that tells of a verification whether it is pending at the time `$2`
 */
export function applicationStore(sql: Sql, tables: readonly Keeping[], onChange: OnChange, isPending: string) {
  const select = async (where: string, values: unknown[]) =>
    (await sql.read(`SELECT ${fieldColumns} FROM applications WHERE ${where}`, values)).map(of);

  /** An application is named by its service. */
  const named = (application: Application | null) => application && { ...application, sid: application.serviceSid };
  const told = (by: Author, before: Application | null, after: Application | null) =>
    changesOf(applications, onChange)(by, named(before), named(after));

  return {
    /** With the service that it is, if that is new. Rejects for a service that has an application. */
    create: (application: Application, by: Author, service?: Service) =>
      sql.transact(function* () {
        if (service) yield* addService(service, by, onChange);
        yield* run(applications.insert, applications.row(application));
        yield* told(by, null, application);
      }),
    byApiKey: async (hash: string) => (await select("api_key_hash = $1", [hash]))[0],
    byAppApiKey: async (hash: string) => (await select("app_api_key_hash = $1", [hash]))[0],
    fetch: async (accountSid: string, serviceSid: string) => (await select(own, [serviceSid, accountSid]))[0],
    /** Oldest first. */
    list: (accountSid: string) => select("account_sid = $1 ORDER BY created_at, service_sid", [accountSid]),
    /**
     * Decides under a lock, and writes the new state if there is one. `decide` may be called again, so it has no effect
     * of its own.
     * @returns what it decided; undefined when there is no such application.
     */
    update: <T>(
      { accountSid, serviceSid }: Pick<Application, "accountSid" | "serviceSid">,
      decide: (application: Application) => { outcome: T; state?: ApplicationState },
      now: number,
      by: Author,
    ) =>
      sql.transact(function* () {
        const { rows } = yield* run(`SELECT ${fieldColumns} FROM applications WHERE ${own} FOR UPDATE`, [
          serviceSid,
          accountSid,
        ]);
        const application = rows.map(of)[0];
        if (!application) return undefined;
        const { outcome, state } = decide(application);
        if (state) {
          yield* run("UPDATE applications SET state = $2, updated_at = $3 WHERE service_sid = $1", [
            ...[serviceSid, state, now],
          ]);
          yield* told(by, application, { ...application, state, updatedAt: now });
        }
        return outcome;
      }),
    /**
     * Seals again, under a lock, what each application has sealed.
     * @param resealed gives nothing for an application that stays as it is. It may be called again.
     * @returns how many were changed.
     */
    reseal: (resealed: (application: Application) => SealedParts | undefined, by: Author) =>
      sql.transact(function* () {
        const { rows } = yield* run(`SELECT ${fieldColumns} FROM applications ORDER BY service_sid FOR UPDATE`);
        let changed = 0;
        for (const application of rows.map(of)) {
          const parts = resealed(application);
          if (!parts) continue;
          changed += 1;
          yield* run("UPDATE applications SET sealed_signing_key = $2, state = $3 WHERE service_sid = $1", [
            ...[application.serviceSid, parts.sealedSigningKey, parts.state],
          ]);
          yield* told(by, application, { ...application, ...parts });
        }
        return changed;
      }),
    /** Deletes the application and its service, unless a verification is pending. Also what waits for its webhooks. */
    delete: (accountSid: string, serviceSid: string, now: number, by: Author) =>
      sql.transact<"deleted" | "in use" | "unknown">(function* () {
        const found = yield* run(`SELECT ${fieldColumns} FROM applications WHERE ${own} FOR UPDATE`, [
          ...[serviceSid, accountSid],
        ]);
        const application = found.rows.map(of)[0];
        if (!application) return "unknown";
        const pending = yield* run(`SELECT 1 FROM verifications WHERE service_sid = $1 AND ${isPending} LIMIT 1`, [
          ...[serviceSid, now],
        ]);
        if (pending.count > 0) return "in use";
        yield* told(by, application, null);
        yield* deleteService(tables, { accountSid, sid: serviceSid }, by, onChange);
        return "deleted";
      }),
    /**
     * Remembers a nonce for as long as the application lives.
     * @returns `too many` when so many were used since; then, as for a used one, nothing is remembered.
     */
    useNonce: ({ serviceSid, hash, at }: UsedNonce, limit: { count: number; since: number }) =>
      sql.transact<"new" | "used" | "too many">(function* () {
        // The lock is a statement of its own, so that the next one sees what the holder before committed.
        const found = yield* run("SELECT 1 FROM applications WHERE service_sid = $1 FOR UPDATE", [serviceSid]);
        if (found.count === 0) return "used";
        const { rows } = yield* run(
          `SELECT count(*) FILTER (WHERE hash = $2), count(*) FILTER (WHERE used_at > $3)
           FROM signature_nonces WHERE service_sid = $1 AND (hash = $2 OR used_at > $3)`,
          [serviceSid, hash, limit.since],
        );
        const [same = 0, used = 0] = rows[0]?.map(Number) ?? [];
        if (same > 0) return "used";
        if (used >= limit.count) return "too many";
        yield* run("INSERT INTO signature_nonces (service_sid, hash, used_at) VALUES ($1, $2, $3)", [
          ...[serviceSid, hash, at],
        ]);
        return "new";
      }),
    /** Adds a key with which the account's applications are created; adding one twice changes nothing. */
    addIntegrationKey: (key: IntegrationKey, by: Author) =>
      sql.transact(function* () {
        const text = `${integrationKeys.insert} ON CONFLICT (account_sid, key_hash) DO NOTHING`;
        const { count } = yield* run(text, integrationKeys.row(key));
        // Nothing names it but its hash.
        if (count > 0) yield* changesOf(integrationKeys, onChange)(by, null, { ...key, sid: key.accountSid });
      }),
    /** Whose integration key it is. */
    async integrationKey(hash: string): Promise<IntegrationKey | undefined> {
      const rows = await sql.read(`SELECT ${integrationKeys.fieldColumns} FROM integration_keys WHERE key_hash = $1`, [
        hash,
      ]);
      return rows.map(integrationKeys.of)[0];
    },
  };
}
