import type { Application } from "../../v1/application.ts";
import type { ApplicationStore, IntegrationKey } from "../../v1/application-store.ts";
import type { Database } from "./database.ts";
import { serviceColumns } from "./rows.ts";

export function createApplicationStore(db: Database): ApplicationStore {
  const select = async (where: string, values: unknown[]) => {
    const { rows } = await db.query<Application>(`SELECT ${fields} FROM applications WHERE ${where}`, values);
    return rows;
  };

  return {
    ...createNonceStore(db),
    ...createIntegrationKeys(db),
    create: (application, service) =>
      db.transaction(async (query) => {
        if (service) {
          const { sid, accountSid, settings, createdAt, updatedAt } = service;
          await query(`INSERT INTO services (${serviceColumns}) VALUES ($1, $2, $3, $4, $5)`, [
            ...[sid, accountSid, settings, createdAt, updatedAt],
          ]);
        }
        await query(insert, valuesOf(application));
      }),
    byApiKey: async (hash) => (await select("api_key_hash = $1", [hash]))[0],
    byAppApiKey: async (hash) => (await select("app_api_key_hash = $1", [hash]))[0],
    fetch: async (accountSid, serviceSid) => (await select(own, [serviceSid, accountSid]))[0],
    list: (accountSid) => select("account_sid = $1 ORDER BY created_at, service_sid", [accountSid]),
    update: ({ accountSid, serviceSid }, decide, now) =>
      db.transaction(async (query) => {
        const { rows } = await query<Application>(`SELECT ${fields} FROM applications WHERE ${own} FOR UPDATE`, [
          serviceSid,
          accountSid,
        ]);
        const [application] = rows;
        if (!application) return undefined;
        const { outcome, state } = decide(application);
        if (state) {
          await query("UPDATE applications SET state = $2, updated_at = $3 WHERE service_sid = $1", [
            ...[serviceSid, state, now],
          ]);
        }
        return outcome;
      }),
    reseal: (resealed) =>
      db.transaction(async (query) => {
        const { rows } = await query<Application>(`SELECT ${fields} FROM applications ORDER BY service_sid FOR UPDATE`);
        let changed = 0;
        for (const application of rows) {
          const parts = resealed(application);
          if (!parts) continue;
          changed += 1;
          await query("UPDATE applications SET sealed_signing_key = $2, state = $3 WHERE service_sid = $1", [
            ...[application.serviceSid, parts.sealedSigningKey, parts.state],
          ]);
        }
        return changed;
      }),
    delete: (accountSid, serviceSid, now) =>
      db.transaction(async (query) => {
        const found = await query(`SELECT 1 FROM applications WHERE ${own} FOR UPDATE`, [serviceSid, accountSid]);
        if (found.rowCount === 0) return "unknown";
        const pending = await query(
          "SELECT 1 FROM verifications WHERE service_sid = $1 AND status = 'pending' AND expires_at > $2 LIMIT 1",
          [serviceSid, now],
        );
        if (pending.rowCount !== 0) return "in use";
        await removeApplication(query, serviceSid);
        await query("DELETE FROM services WHERE sid = $1", [serviceSid]);
        await query("DELETE FROM verifications WHERE service_sid = $1", [serviceSid]);
        return "deleted";
      }),
  };
}

/** Deletes what belongs to a service because it is an application, within a transaction. */
export async function removeApplication(query: Database["query"], serviceSid: string): Promise<void> {
  for (const table of ["applications", "signature_nonces", "webhook_deliveries"]) {
    await query(`DELETE FROM ${table} WHERE service_sid = $1`, [serviceSid]);
  }
}

function createNonceStore(db: Database): Pick<ApplicationStore, "useNonce"> {
  return {
    // The lock is a statement of its own, so that the next one sees what the holder before committed.
    useNonce: ({ serviceSid, hash, at }, limit) =>
      db.transaction(async (query) => {
        const found = await query("SELECT 1 FROM applications WHERE service_sid = $1 FOR UPDATE", [serviceSid]);
        if (found.rowCount === 0) return "used";
        const { rows } = await query<{ is_used: boolean; count: number }>(
          `SELECT EXISTS (SELECT 1 FROM signature_nonces WHERE service_sid = $1 AND hash = $2) AS is_used,
             (SELECT count(*) FROM signature_nonces WHERE service_sid = $1 AND used_at > $3) AS count`,
          [serviceSid, hash, limit.since],
        );
        const [known] = rows;
        if (!known || known.is_used) return "used";
        if (known.count >= limit.count) return "too many";
        await query("INSERT INTO signature_nonces (service_sid, hash, used_at) VALUES ($1, $2, $3)", [
          ...[serviceSid, hash, at],
        ]);
        return "new";
      }),
  };
}

function createIntegrationKeys(db: Database): Pick<ApplicationStore, "addIntegrationKey" | "integrationKey"> {
  return {
    async addIntegrationKey({ accountSid, keyHash, createdAt }) {
      await db.query(
        `INSERT INTO integration_keys (account_sid, key_hash, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_sid, key_hash) DO NOTHING`,
        [accountSid, keyHash, createdAt],
      );
    },
    async integrationKey(hash) {
      const { rows } = await db.query<IntegrationKey>(
        `SELECT account_sid AS "accountSid", key_hash AS "keyHash", created_at AS "createdAt"
         FROM integration_keys WHERE key_hash = $1`,
        [hash],
      );
      return rows[0];
    },
  };
}

const own = "service_sid = $1 AND account_sid = $2";

const fields = `service_sid AS "serviceSid", account_sid AS "accountSid", id, api_key_hash AS "apiKeyHash",
  app_api_key_hash AS "appApiKeyHash", sealed_signing_key AS "sealedSigningKey", state, created_at AS "createdAt",
  updated_at AS "updatedAt"`;

const insert = `
  INSERT INTO applications (service_sid, account_sid, id, api_key_hash, app_api_key_hash, sealed_signing_key, state,
    created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

function valuesOf(application: Application): unknown[] {
  const { serviceSid, accountSid, id, apiKeyHash, appApiKeyHash, sealedSigningKey, state } = application;
  const { createdAt, updatedAt } = application;
  return [serviceSid, accountSid, id, apiKeyHash, appApiKeyHash, sealedSigningKey, state, createdAt, updatedAt];
}
