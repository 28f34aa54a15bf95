import { hash } from "node:crypto";
import type { QueryConfig } from "pg";
import { attempts as attemptTable, sealedAttempts } from "../../attempts/store.ts";
import type { VerificationRows } from "../../console/verification-log.ts";
import { newMessageRow, outbox, sealedOutbox } from "../../delivery/outbox.ts";
import { posts as postTable, sealedPosts } from "../../events/posts.ts";
import { snakeCase } from "../../kernel/wire.ts";
import type { Service } from "../../services/service.ts";
import { services, smsRoutesOf } from "../../services/store.ts";
import { byField } from "../../sql/table.ts";
import { run, type Work } from "../../sql/text.ts";
import type { LoggedFact } from "../../verifications/ledger.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { ChangedVerification, Changes, Snapshot } from "../changes.ts";
import type { GuessNames, Name } from "../fold.ts";
import { lockingAttempts } from "./outbox.ts";

/** The fields of a verification, each of which has a column: those that it is born with, and those that may change. */
const fields: Record<keyof Verification, "fixed" | "changing"> = {
  serviceSid: "fixed",
  sid: "fixed",
  accountSid: "fixed",
  recipient: "fixed",
  country: "fixed",
  channel: "changing",
  status: "changing",
  code: "changing",
  amount: "changing",
  payee: "changing",
  attempts: "changing",
  checks: "changing",
  sna: "changing",
  lookup: "changing",
  createdAt: "fixed",
  updatedAt: "changing",
  expiresAt: "changing",
};

const columns = (Object.keys(fields) as (keyof Verification)[]).map((field) => ({ field, column: snakeCase(field) }));
const changing = columns.filter(({ field }) => fields[field] === "changing");
const verificationColumns = [...columns.map(({ column }) => column), "is_latest", "revision", "sealed_recipient"].join(
  ", ",
);

/**
 * Locks recipients until the transaction ends; those of verifications named by sid are looked up first, for a recipient
 * never changes; and other keys. All lock in order of the keys, so that no two transactions wait for each other.
 */
export function lock(recipients: readonly Name[], sids: readonly Name[], others: readonly string[]): QueryConfig {
  return {
    name: "lock",
    text: `
      SELECT pg_advisory_xact_lock(lock_key) FROM (
        SELECT lock_key FROM unnest($1::bigint[]) AS given (lock_key)
        UNION
        SELECT found.lock_key FROM unnest($2::text[], $3::text[]) AS named (service_sid, sid)
        CROSS JOIN LATERAL (
          SELECT v.lock_key FROM verifications v
          WHERE v.service_sid = named.service_sid AND v.sid = named.sid LIMIT 1
        ) AS found
        ORDER BY lock_key
      ) AS keys`,
    values: [[...recipients.map(([serviceSid, name]) => lockKey(serviceSid, name)), ...others], ...unzipped(sids)],
  };
}

/** 64 bits of a hash, as text. Two recipients with the same key only wait for each other. */
export function lockKey(serviceSid: string, recipient: string): string {
  return hash("sha256", `${serviceSid} ${recipient}`, "buffer").readBigInt64BE().toString();
}

/** The same for one recipient of some services, as a piece of work. */
export function* lockRecipient(serviceSids: readonly string[], hash: string): Work<void> {
  const keys = serviceSids.map((serviceSid) => lockKey(serviceSid, hash));
  const inOrder = keys.sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
  for (const key of inOrder) yield* run("SELECT pg_advisory_xact_lock(CAST($1 AS bigint))", [key]);
}

const serviceFields = byField(services.fieldColumns);
const verificationFields = byField(verificationColumns);

/**
 * The services, the latest verifications of recipients, and the verifications with the given sids; twice what is named in
 * both ways; and the refused checks of recipients, and until when accounts are sprayed. One statement with one JSON
 * column costs both sides less than two with a column for each field.
 */
export function read(
  serviceSids: readonly string[],
  recipients: readonly Name[],
  sids: readonly Name[],
  guesses: GuessNames = { recipients: [], accountSids: [] },
): QueryConfig<unknown[]> {
  return {
    name: "read",
    text: `
      SELECT row_to_json(s) AS service, NULL AS verification, NULL::json AS guess
      FROM (SELECT ${serviceFields}, ${smsRoutesOf("json_object_agg")} AS "smsRoutes"
        FROM services AS s WHERE sid = ANY($1::text[])) AS s
      UNION ALL
      SELECT NULL, row_to_json(v), NULL FROM unnest($2::text[], $3::text[]) AS named (service_sid, recipient)
      CROSS JOIN LATERAL (
        SELECT ${verificationFields} FROM verifications v
        WHERE v.service_sid = named.service_sid AND v.recipient = named.recipient AND v.is_latest LIMIT 1
      ) AS v
      UNION ALL
      SELECT NULL, row_to_json(v), NULL FROM unnest($4::text[], $5::text[]) AS named (service_sid, sid)
      CROSS JOIN LATERAL (
        SELECT ${verificationFields} FROM verifications v
        WHERE v.service_sid = named.service_sid AND v.sid = named.sid LIMIT 1
      ) AS v
      UNION ALL
      SELECT NULL, NULL, json_build_array(named.account_sid || ' ' || named.hash, r.times)
      FROM unnest($6::text[], $7::text[]) AS named (account_sid, hash)
      CROSS JOIN LATERAL (
        SELECT times FROM refused_checks c
        WHERE c.account_sid = named.account_sid AND c.recipient_hash = named.hash LIMIT 1
      ) AS r
      UNION ALL
      SELECT NULL, NULL, json_build_array(account_sid, ends_at::text) FROM sprays WHERE account_sid = ANY($8::text[])`,
    values: [
      ...[serviceSids, ...unzipped(recipients), ...unzipped(sids)],
      ...[...unzipped(guesses.recipients), guesses.accountSids],
    ],
  };
}

export interface ReadRow {
  service: Service | null;
  verification: (Verification & { isLatest: boolean; revision: number; sealedRecipient: string | null }) | null;
  guess: Snapshot["guesses"][number] | null;
}

/** Pairs as two arrays, which PostgreSQL takes as columns. */
export function unzipped(pairs: readonly (readonly [string, string])[]): [string[], string[]] {
  return [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
}

/**
 * The statements that write what a batch changed. They are few, since each costs both sides about as much as five rows.
 * Rows travel as one JSON parameter, which both sides handle faster than an array for each column.
 */
export function writes({ verifications, attempts, sends, converted, posts }: Changes, keys: DayKeys): QueryConfig[] {
  const known = verifications.filter(({ revision }) => revision > 0);
  const added = verifications.filter(({ revision }) => revision === 0);
  const hasAdded = added.length + attempts.length + sends.length > 0;
  return [
    // The latest verification of a recipient gives way before another one takes its place.
    ...(known.length + converted.length > 0 ? [update(known, converted)] : []),
    ...(hasAdded ? [insert(added, attempts, sends, keys)] : []),
    ...(posts.length > 0 ? [deliver(posts, keys)] : []),
  ];
}

const set = changing.map(({ column }) => `${column} = n.${column}`).join(", ");

/** A row that somebody else wrote since it was read gets a revision that its table refuses. */
function update(verifications: ChangedVerification[], converted: Changes["converted"]): QueryConfig {
  return {
    name: "update",
    text: `
      WITH converted AS (
        UPDATE attempts AS a SET is_converted = true, updated_at = n.updated_at
        FROM (${lockingAttempts("json_populate_recordset(NULL::attempts, $2)")}) AS n
        WHERE a.service_sid = n.service_sid AND a.sid = n.sid
      )
      UPDATE verifications AS v SET
        is_latest = n.is_latest, revision = CASE WHEN v.revision = n.revision THEN v.revision + 1 ELSE 0 END,
        events = v.events || n.events, ${set}
      FROM json_populate_recordset(NULL::verifications, $1) AS n
      WHERE v.service_sid = n.service_sid AND v.sid = n.sid`,
    values: [
      JSON.stringify(
        verifications.map((changed) => {
          const { serviceSid, sid } = changed.verification;
          return { service_sid: serviceSid, sid, revision: changed.revision, ...record(changing, changed) };
        }),
      ),
      JSON.stringify(converted.map(({ serviceSid, sid, at }) => ({ service_sid: serviceSid, sid, updated_at: at }))),
    ],
  };
}

function insert(
  verifications: ChangedVerification[],
  attempts: Changes["attempts"],
  sends: Changes["sends"],
  keys: DayKeys,
): QueryConfig {
  return {
    name: "insert",
    text: `
      WITH attempted AS (${insertInto("attempts", attemptTable.fieldColumns, "$2")}),
      queued AS (${insertInto("outbox", `${outbox.fieldColumns}, due_at`, "$3")})
      ${insertInto("verifications", `${verificationColumns}, former_sid, lock_key, events`, "$1")}`,
    values: [
      JSON.stringify(
        verifications.map((changed) => {
          const { serviceSid, recipient, createdAt } = changed.verification;
          const hash = keys.hash(recipient);
          const sealed = { recipient: hash, sealed_recipient: keys.seal(recipient, createdAt) };
          const found = { lock_key: lockKey(serviceSid, hash), former_sid: changed.formerSid };
          return { ...record(columns, changed), ...found, revision: 1, ...sealed };
        }),
      ),
      JSON.stringify(attempts.map(sealedAttempts(keys).record)),
      JSON.stringify(
        sends.flatMap(({ message, leaseSeconds }) => {
          if (!message) return [];
          const { added, dueAt } = newMessageRow(message, leaseSeconds);
          return { ...sealedOutbox(keys).record(added), due_at: dueAt };
        }),
      ),
    ],
  };
}

/** The given columns of a verification, whether it is the latest, and the facts to append. */
function record(written: typeof columns, { verification, isLatest, facts }: ChangedVerification) {
  const row: Record<string, unknown> = { is_latest: isLatest, events: facts.map(factLine).join("") };
  for (const { field, column } of written) row[column] = verification[field];
  return row;
}

/** One line for each fact, so that to append is to concatenate. */
function factLine({ at, type }: LoggedFact): string {
  return `${at} ${type}\n`;
}

/** The reverse of `factLine`. */
export function factOf(line: string): LoggedFact {
  const [at, type] = line.split(" ");
  return { at: Number(at), type: type as LoggedFact["type"] };
}

/** How what shows verifications reads them. */
export const verificationRows: VerificationRows = {
  columns: columns.map(({ column }) => `v.${column}`).join(", "),
  of: (row) => Object.fromEntries(columns.map(({ field }, index) => [field, row[index]])) as unknown as Verification,
  brief: "v.service_sid, v.sid, v.created_at, v.status, v.channel, v.country, v.expires_at",
  factOf,
};

function deliver(posts: Changes["posts"], keys: DayKeys): QueryConfig {
  const rows = posts.map((post) => ({ ...sealedPosts(keys).record({ ...post, tries: 0 }), due_at: post.createdAt }));
  return {
    name: "deliver",
    text: insertInto("webhook_deliveries", `${postTable.fieldColumns}, due_at`, "$1"),
    values: [JSON.stringify(rows)],
  };
}

function insertInto(table: string, columns: string, rows: string): string {
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, ${rows})`;
}
