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
import { failUnless } from "./connection.ts";
import { lockingAttempts } from "./outbox.ts";
import { type Kind, rowsOf } from "./rows.ts";

/** The fields of a verification, each of which has a column: those that it is born with, and those that may change. */
const fields: Record<keyof Verification, [when: "fixed" | "changing", kind: Kind]> = {
  serviceSid: ["fixed", "text"],
  sid: ["fixed", "text"],
  accountSid: ["fixed", "text"],
  recipient: ["fixed", "text"],
  country: ["fixed", "text"],
  channel: ["changing", "text"],
  status: ["changing", "text"],
  code: ["changing", "json"],
  amount: ["changing", "said"],
  payee: ["changing", "said"],
  attempts: ["changing", "json"],
  checks: ["changing", "number"],
  sna: ["changing", "json"],
  lookup: ["changing", "json"],
  createdAt: ["fixed", "number"],
  updatedAt: ["changing", "number"],
  expiresAt: ["changing", "number"],
};

const columns = (Object.keys(fields) as (keyof Verification)[]).map((field) => ({ field, column: snakeCase(field) }));
const changing = columns.filter(({ field }) => fields[field][0] === "changing");
const verificationColumns = [...columns.map(({ column }) => column), "is_latest", "revision", "sealed_recipient"].join(
  ", ",
);

/** Locks recipients until the transaction ends, as `lock` does. */
export function lockKnown(recipients: readonly Name[]): QueryConfig {
  return {
    name: "lock-known",
    text: `
      SELECT pg_advisory_xact_lock(lock_key)
      FROM (SELECT DISTINCT lock_key FROM unnest($1::bigint[]) AS given (lock_key) ORDER BY lock_key) AS keys`,
    values: [recipients.map(([serviceSid, name]) => lockKey(serviceSid, name))],
  };
}

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
/** Of a service `s`: what differs once anything of it was changed. */
const serviceVersion = `encode(sha256(convert_to(
  concat_ws(' ', s.account_sid, s.updated_at, s.settings, ${smsRoutesOf("json_object_agg")}), 'UTF8')), 'base64')`;
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
      SELECT json_build_array(row_to_json(s), s.version) AS service, NULL AS verification, NULL::json AS guess
      FROM (SELECT ${serviceFields}, ${smsRoutesOf("json_object_agg")} AS "smsRoutes", ${serviceVersion} AS version
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

export type ReadRow = [
  service: [Service, version: string] | null,
  verification: (Verification & { isLatest: boolean; revision: number; sealedRecipient: string | null }) | null,
  guess: Snapshot["guesses"][number] | null,
];

/** What was decided on, and has to be so still. */
export interface Assumed {
  verifications: { serviceSid: string; sid: string; revision: number }[];
  /** Recipients who have no latest verification, as keyed hashes. */
  strangers: Name[];
  services: [sid: string, version: string][];
  /** The refused checks of recipients, or how many at most. */
  guesses: { name: Name; times: string | null; lengthMax: number }[];
  sprays: [accountSid: string, endsAt: string][];
}

/**
 * Fails if anything of it is not so any more. It follows the locks as a statement of its own, so that it sees what those
 * who held them before committed.
 */
export function assure({ verifications, strangers, services, guesses, sprays }: Assumed): QueryConfig<unknown[]> {
  return {
    name: "assure",
    text: `
      SELECT ${failUnless("count(*) = 0")} FROM (
        SELECT FROM unnest($1::text[], $2::text[], $3::integer[]) AS assumed (service_sid, sid, revision)
        LEFT JOIN LATERAL (
          SELECT v.revision FROM verifications v WHERE v.service_sid = assumed.service_sid AND v.sid = assumed.sid LIMIT 1
        ) AS v ON true WHERE coalesce(v.revision, 0) <> assumed.revision
        UNION ALL
        SELECT FROM unnest($4::text[], $5::text[]) AS assumed (service_sid, recipient)
        CROSS JOIN LATERAL (
          SELECT FROM verifications v
          WHERE v.service_sid = assumed.service_sid AND v.recipient = assumed.recipient AND v.is_latest LIMIT 1
        ) AS v
        UNION ALL
        SELECT FROM unnest($6::text[], $7::text[]) AS assumed (sid, version)
        LEFT JOIN LATERAL (SELECT ${serviceVersion} AS version FROM services AS s WHERE s.sid = assumed.sid LIMIT 1) AS s
          ON true WHERE coalesce(s.version, '') <> assumed.version
        UNION ALL
        SELECT FROM unnest($8::text[], $9::text[], $10::text[], $11::integer[])
          AS assumed (account_sid, hash, times, length_max)
        LEFT JOIN LATERAL (
          SELECT c.times FROM refused_checks c
          WHERE c.account_sid = assumed.account_sid AND c.recipient_hash = assumed.hash LIMIT 1
        ) AS c ON true WHERE length(coalesce(c.times, '')) > assumed.length_max OR coalesce(c.times, '') <> assumed.times
        UNION ALL
        SELECT FROM unnest($12::text[], $13::text[]) AS assumed (account_sid, ends_at)
        LEFT JOIN LATERAL (
          SELECT p.ends_at FROM sprays p WHERE p.account_sid = assumed.account_sid LIMIT 1
        ) AS p ON true WHERE coalesce(p.ends_at::text, '') <> assumed.ends_at
      ) AS changed`,
    values: [
      verifications.map(({ serviceSid }) => serviceSid),
      verifications.map(({ sid }) => sid),
      verifications.map(({ revision }) => revision),
      ...unzipped(strangers),
      ...unzipped(services),
      ...unzipped(guesses.map(({ name }) => name)),
      guesses.map(({ times }) => times),
      guesses.map(({ lengthMax }) => lengthMax),
      ...unzipped(sprays),
    ],
  };
}

/** Pairs as two arrays, which PostgreSQL takes as columns. */
export function unzipped(pairs: readonly (readonly [string, string])[]): [string[], string[]] {
  return [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
}

/** The statements that write what a batch changed. They are few, since each costs both sides about as much as five rows. */
export function writes(
  { verifications, attempts, sends, converted, posts }: Changes,
  keys: DayKeys,
  now: number,
): QueryConfig[] {
  const known = verifications.filter(({ revision }) => revision > 0);
  const added = verifications.filter(({ revision }) => revision === 0);
  const hasAdded = added.length + attempts.length + sends.length > 0;
  return [
    // The latest verification of a recipient gives way before another one takes its place.
    ...(known.length + converted.length > 0 ? [update(known, converted)] : []),
    ...(hasAdded ? [insert(added, attempts, sends, keys, now)] : []),
    ...(posts.length > 0 ? [deliver(posts, keys)] : []),
  ];
}

const kindsOf = (some: typeof columns) =>
  Object.fromEntries(some.map(({ field, column }) => [column, fields[field][1]]));
const changedRows = rowsOf({
  service_sid: "text",
  sid: "text",
  revision: "number",
  is_latest: "boolean",
  events: "text",
  ...kindsOf(changing),
});
const convertedRows = rowsOf({ service_sid: "text", sid: "text", updated_at: "number" });
const set = changing.map(({ column }) => `${column} = n.${column}`).join(", ");

/** A row that somebody else wrote since it was read gets a revision that its table refuses. */
function update(verifications: ChangedVerification[], converted: Changes["converted"]): QueryConfig {
  return {
    name: "update",
    text: `
      WITH converted AS (
        UPDATE attempts AS a SET is_converted = true, updated_at = n.updated_at
        FROM (${lockingAttempts(convertedRows.table("$2"))}) AS n
        WHERE a.service_sid = n.service_sid AND a.sid = n.sid
      )
      UPDATE verifications AS v SET
        is_latest = n.is_latest, revision = CASE WHEN v.revision = n.revision THEN v.revision + 1 ELSE 0 END,
        events = v.events || n.events, ${set}
      FROM ${changedRows.table("$1")} AS n
      WHERE v.service_sid = n.service_sid AND v.sid = n.sid`,
    values: [
      changedRows.text(
        verifications.map(({ verification, revision, isLatest, facts }) => [
          ...[verification.serviceSid, verification.sid, revision, isLatest, linesOf(facts)],
          ...changing.map(({ field }) => verification[field]),
        ]),
      ),
      convertedRows.text(converted.map(({ serviceSid, sid, at }) => [serviceSid, sid, at])),
    ],
  };
}

const newRows = rowsOf({
  ...kindsOf(columns),
  is_latest: "boolean",
  revision: "number",
  sealed_recipient: "text",
  lock_key: "number",
  events: "text",
  former_sid: "text",
});
/** Its last column is made where the row is. */
const insertedColumns = newRows.columns.replace(/, former_sid$/, "");
const attemptRows = rowsOf(
  withKinds(attemptTable.fieldColumns, {
    ...{ created_at: "number", updated_at: "number", expires_at: "number", code_length: "number", tries: "number" },
    ...{ handed_over_ms: "number", ended_ms: "number", is_converted: "boolean", lookup: "json" },
  }),
);
const messageRows = rowsOf(
  withKinds(`${outbox.fieldColumns}, due_at`, {
    created_at: "number",
    expires_at: "number",
    due_at: "number",
    tries: "number",
  }),
);

function withKinds(columns: string, kinds: Record<string, Kind>): Record<string, Kind> {
  return Object.fromEntries(columns.split(", ").map((column) => [column, kinds[column] ?? "text"]));
}

function insert(
  verifications: ChangedVerification[],
  attempts: Changes["attempts"],
  sends: Changes["sends"],
  keys: DayKeys,
  now: number,
): QueryConfig {
  const rows = verifications.map((changed) => {
    const { verification, isLatest, facts, formerSid } = changed;
    const { serviceSid, recipient, createdAt } = verification;
    const kept = { recipient: keys.hash(recipient), sealed: keys.seal(recipient, createdAt) };
    changed.kept = kept;
    return [
      ...columns.map(({ field }) => (field === "recipient" ? kept.recipient : verification[field])),
      ...[isLatest, 1, kept.sealed, lockKey(serviceSid, kept.recipient), linesOf(facts), formerSid],
    ];
  });
  const begun = verifications.filter(({ formerSid }) => formerSid === undefined);
  return {
    name: "insert",
    // A former one of which nothing was read gives way if it has ended; the new one asks for its sid, and so comes after it.
    text: `
      WITH attempted AS (${insertInto("attempts", attemptRows.columns, attemptRows.table("$2"))}),
      queued AS (${insertInto("outbox", messageRows.columns, messageRows.table("$3"))}),
      former AS (
        UPDATE verifications AS v SET is_latest = false, revision = v.revision + 1
        FROM unnest($4::text[], $5::text[]) AS named (service_sid, recipient)
        CROSS JOIN LATERAL (
          SELECT l.service_sid, l.sid FROM verifications l
          WHERE l.service_sid = named.service_sid AND l.recipient = named.recipient AND l.is_latest LIMIT 1
        ) AS latest
        WHERE v.service_sid = latest.service_sid AND v.sid = latest.sid
          AND (v.status NOT IN ('pending', 'max_attempts_reached') OR v.expires_at <= $6::bigint)
        RETURNING v.service_sid, v.recipient, v.sid
      )
      INSERT INTO verifications (${newRows.columns})
      SELECT ${insertedColumns}, coalesce(n.former_sid,
        (SELECT f.sid FROM former AS f WHERE f.service_sid = n.service_sid AND f.recipient = n.recipient))
      FROM ${newRows.table("$1")} AS n`,
    values: [
      newRows.text(rows),
      attemptRows.text(attempts.map(sealedAttempts(keys).row)),
      messageRows.text(
        sends.flatMap(({ message, leaseSeconds }) => {
          if (!message) return [];
          const { added, dueAt } = newMessageRow(message, leaseSeconds);
          return [[...sealedOutbox(keys).row(added), dueAt]];
        }),
      ),
      ...unzipped(begun.map(({ verification, kept }) => [verification.serviceSid, kept?.recipient ?? ""] as const)),
      now,
    ],
  };
}

const linesOf = (facts: readonly LoggedFact[]): string => facts.map(factLine).join("");

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
    text: insertInto(
      "webhook_deliveries",
      `${postTable.fieldColumns}, due_at`,
      "json_populate_recordset(NULL::webhook_deliveries, $1)",
    ),
    values: [JSON.stringify(rows)],
  };
}

function insertInto(table: string, columns: string, rows: string): string {
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${rows} AS n`;
}
