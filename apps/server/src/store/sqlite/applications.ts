import type { Application } from "../../v1/application.ts";
import type { ApplicationStore } from "../../v1/application-store.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { placeholders, serviceColumns, serviceRow } from "./rows.ts";
import type { ServiceCache } from "./services.ts";

export function createApplicationStore(db: Database, services: ServiceCache): ApplicationStore {
  const select = (connection: Connection, where: string) =>
    connection.prepare<ApplicationRow>(`SELECT ${columns} FROM applications WHERE ${where}`);
  const byApiKey = select(db.reader, "api_key_hash = ?");
  const byAppApiKey = select(db.reader, "app_api_key_hash = ?");
  const bySid = select(db.reader, "service_sid = ? AND account_sid = ?");
  const byAccount = select(db.reader, "account_sid = ? ORDER BY created_at, service_sid");
  const current = select(db.writer, "service_sid = ? AND account_sid = ?");
  const insert = db.writer.prepare(`INSERT INTO applications (${columns}) VALUES (${placeholders(columns)})`);
  const insertService = db.writer.prepare(
    `INSERT INTO services (${serviceColumns}) VALUES (${placeholders(serviceColumns)})`,
  );
  const replaceState = db.writer.prepare("UPDATE applications SET state = ?, updated_at = ? WHERE service_sid = ?");
  const every = db.writer.prepare<ApplicationRow>(`SELECT ${columns} FROM applications`);
  const replaceSealed = db.writer.prepare(
    "UPDATE applications SET sealed_signing_key = ?, state = ? WHERE service_sid = ?",
  );
  const remove = createRemover(db.writer);
  const find = (statement: typeof bySid, values: string[]) =>
    db.read(() => {
      const row = statement.get(values);
      return row && applicationOf(row);
    });

  return {
    ...createNonceStore(db),
    ...createIntegrationKeys(db),
    create: (application, service) =>
      db.write(() => {
        services.clear();
        if (service) insertService.execute(serviceRow(service));
        insert.execute(applicationRow(application));
      }),
    byApiKey: (hash) => find(byApiKey, [hash]),
    byAppApiKey: (hash) => find(byAppApiKey, [hash]),
    fetch: (accountSid, serviceSid) => find(bySid, [serviceSid, accountSid]),
    list: (accountSid) => db.read(() => byAccount.all([accountSid]).map(applicationOf)),
    update: ({ accountSid, serviceSid }, decide, now) =>
      db.write(() => {
        const row = current.get([serviceSid, accountSid]);
        if (!row) return undefined;
        const { outcome, state } = decide(applicationOf(row));
        if (state) replaceState.execute([JSON.stringify(state), now, serviceSid]);
        return outcome;
      }),
    reseal: (resealed) =>
      db.write(() => {
        const changed = every
          .all([])
          .map(applicationOf)
          .flatMap((application) => {
            const parts = resealed(application);
            return parts ? [{ ...parts, serviceSid: application.serviceSid }] : [];
          });
        for (const { sealedSigningKey, state, serviceSid } of changed) {
          replaceSealed.execute([sealedSigningKey, JSON.stringify(state), serviceSid]);
        }
        return changed.length;
      }),
    delete: (accountSid, serviceSid, now) =>
      db.write(() => {
        services.clear();
        return current.get([serviceSid, accountSid]) ? remove(serviceSid, now) : "unknown";
      }),
  };
}

/** Makes the function that deletes what belongs to a service because it is an application, within a transaction. */
export function createApplicationRemover(connection: Connection): (serviceSid: string) => void {
  const removals = ["applications", "signature_nonces", "webhook_deliveries"].map((table) =>
    connection.prepare(`DELETE FROM ${table} WHERE service_sid = ?`),
  );
  return (serviceSid) => {
    for (const removal of removals) removal.execute([serviceSid]);
  };
}

function createRemover(connection: Connection) {
  const pending = connection.prepare<[number]>(
    `SELECT 1 FROM verifications
     WHERE service_sid = ? AND ended_at > ? AND state ->> '$.status' = 'pending' LIMIT 1`,
  );
  const removals = ["verifications WHERE service_sid", "services WHERE sid"].map((rows) =>
    connection.prepare(`DELETE FROM ${rows} = ?`),
  );
  const removeApplication = createApplicationRemover(connection);
  return (serviceSid: string, now: number): "deleted" | "in use" => {
    if (pending.get([serviceSid, now])) return "in use";
    removeApplication(serviceSid);
    for (const removal of removals) removal.execute([serviceSid]);
    return "deleted";
  };
}

function createNonceStore(db: Database): Pick<ApplicationStore, "useNonce"> {
  const isUsed = db.writer.prepare<[number]>("SELECT 1 FROM signature_nonces WHERE service_sid = ? AND hash = ?");
  const count = db.writer.prepare<[number]>(
    "SELECT count(*) FROM signature_nonces WHERE service_sid = ? AND used_at > ?",
  );
  const insert = db.writer.prepare(
    `INSERT INTO signature_nonces (service_sid, hash, used_at)
     SELECT service_sid, ?, ? FROM applications WHERE service_sid = ?`,
  );
  return {
    useNonce: ({ serviceSid, hash, at }, limit) =>
      db.write(() => {
        if (isUsed.get([serviceSid, hash])) return "used";
        const [used] = count.get([serviceSid, limit.since]) ?? [0];
        if (used >= limit.count) return "too many";
        return insert.run([hash, at, serviceSid]) > 0 ? "new" : "used";
      }),
  };
}

function createIntegrationKeys(db: Database): Pick<ApplicationStore, "addIntegrationKey" | "integrationKey"> {
  const insert = db.writer.prepare(
    `INSERT INTO integration_keys (account_sid, key_hash, created_at) VALUES (?, ?, ?)
     ON CONFLICT (account_sid, key_hash) DO NOTHING`,
  );
  const select = db.reader.prepare<[accountSid: string, createdAt: number]>(
    "SELECT account_sid, created_at FROM integration_keys WHERE key_hash = ?",
  );
  return {
    addIntegrationKey: ({ accountSid, keyHash, createdAt }) =>
      db.write(() => insert.execute([accountSid, keyHash, createdAt])),
    integrationKey: (keyHash) =>
      db.read(() => {
        const row = select.get([keyHash]);
        return row && { accountSid: row[0], keyHash, createdAt: row[1] };
      }),
  };
}

const columns = `service_sid, account_sid, id, api_key_hash, app_api_key_hash, sealed_signing_key, state, created_at,
  updated_at`;

type ApplicationRow = [
  serviceSid: string,
  accountSid: string,
  id: number,
  apiKeyHash: string,
  appApiKeyHash: string,
  sealedSigningKey: string,
  state: string,
  createdAt: number,
  updatedAt: number,
];

function applicationOf(row: ApplicationRow): Application {
  const [serviceSid, accountSid, id, apiKeyHash, appApiKeyHash, sealedSigningKey, state, createdAt, updatedAt] = row;
  const keys = { apiKeyHash, appApiKeyHash, sealedSigningKey };
  return { accountSid, serviceSid, id, ...keys, state: JSON.parse(state), createdAt, updatedAt };
}

function applicationRow(application: Application): ApplicationRow {
  const { serviceSid, accountSid, id, apiKeyHash, appApiKeyHash, sealedSigningKey, state } = application;
  const { createdAt, updatedAt } = application;
  const keys = [apiKeyHash, appApiKeyHash, sealedSigningKey] as const;
  return [serviceSid, accountSid, id, ...keys, JSON.stringify(state), createdAt, updatedAt];
}
