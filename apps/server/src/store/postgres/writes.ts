import type { QueryConfig } from "pg";
import { attempts as attemptTable } from "../../attempts/store.ts";
import { newMessageRow, outbox } from "../../delivery/outbox.ts";
import { posts as postTable } from "../../events/post-store.ts";
import type { ChangedVerification, Changes } from "../fold.ts";
import { lockingAttempts } from "./outbox.ts";
import { changedVerificationRow, newVerificationRow, verificationColumns } from "./rows.ts";

/**
 * The statements that write what a batch changed. They are few, since each costs both sides about as much as five rows.
 * Rows travel as one JSON parameter, which both sides handle faster than an array for each column.
 */
export function writes({ verifications, attempts, sends, converted, posts }: Changes): QueryConfig[] {
  const known = verifications.filter(({ revision }) => revision > 0);
  const added = verifications.filter(({ revision }) => revision === 0);
  const hasAdded = added.length + attempts.length + sends.length > 0;
  return [
    // The latest verification of a recipient gives way before another one takes its place.
    ...(known.length + converted.length > 0 ? [update(known, converted)] : []),
    ...(hasAdded ? [insert(added, attempts, sends)] : []),
    ...(posts.length > 0 ? [deliver(posts)] : []),
  ];
}

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
        channel = n.channel, status = n.status, code = n.code, amount = n.amount, payee = n.payee,
        attempts = n.attempts, checks = n.checks, sna = n.sna, lookup = n.lookup, events = v.events || n.events,
        updated_at = n.updated_at, expires_at = n.expires_at
      FROM json_populate_recordset(NULL::verifications, $1) AS n
      WHERE v.service_sid = n.service_sid AND v.sid = n.sid`,
    values: [
      JSON.stringify(verifications.map(changedVerificationRow)),
      JSON.stringify(converted.map(({ serviceSid, sid, at }) => ({ service_sid: serviceSid, sid, updated_at: at }))),
    ],
  };
}

function insert(
  verifications: ChangedVerification[],
  attempts: Changes["attempts"],
  sends: Changes["sends"],
): QueryConfig {
  return {
    name: "insert",
    text: `
      WITH attempted AS (${insertInto("attempts", attemptTable.fieldColumns, "$2")}),
      queued AS (${insertInto("outbox", `${outbox.fieldColumns}, due_at`, "$3")})
      ${insertInto("verifications", `${verificationColumns}, lock_key, events`, "$1")}`,
    values: [
      JSON.stringify(verifications.map(newVerificationRow)),
      JSON.stringify(attempts.map(attemptTable.record)),
      JSON.stringify(
        sends.flatMap(({ message, leaseSeconds }) => (message ? [queuedRecord(message, leaseSeconds)] : [])),
      ),
    ],
  };
}

function queuedRecord(...queued: Parameters<typeof newMessageRow>) {
  const { added, dueAt } = newMessageRow(...queued);
  return { ...outbox.record(added), due_at: dueAt };
}

function deliver(posts: Changes["posts"]): QueryConfig {
  const rows = posts.map((post) => ({
    ...postTable.record({ ...post, tries: 0 }),
    due_at: post.createdAt,
  }));
  return {
    name: "deliver",
    text: insertInto("webhook_deliveries", `${postTable.fieldColumns}, due_at`, "$1"),
    values: [JSON.stringify(rows)],
  };
}

function insertInto(table: string, columns: string, rows: string): string {
  return `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, ${rows})`;
}
