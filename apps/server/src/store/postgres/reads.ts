import type { QueryConfig } from "pg";
import type { Service } from "../../services/service.ts";
import { services } from "../../services/store.ts";
import { fieldOf } from "../../sql/table.ts";
import { lockKey, type VerificationRow, verificationColumns } from "./rows.ts";

/** Pairs of a service and, within it, a recipient or a sid, as parallel arrays. */
export interface Names {
  serviceSids: string[];
  names: string[];
}

/**
 * Locks recipients until the transaction ends; those of verifications named by sid are looked up first, for a recipient
 * never changes; and other keys. All lock in order of the keys, so that no two transactions wait for each other.
 */
export function lock(recipients: Names, sids: Names, others: readonly string[]): QueryConfig {
  const keys = recipients.serviceSids.map((serviceSid, index) => lockKey(serviceSid, recipients.names[index] ?? ""));
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
    values: [[...keys, ...others], sids.serviceSids, sids.names],
  };
}

/**
 * The services, the latest verifications of recipients, and the verifications with the given sids; twice what is named in
 * both ways. One statement with one JSON column costs both sides less than two with a column for each field.
 */
export function read(serviceSids: string[], recipients: Names, sids: Names): QueryConfig {
  return {
    name: "read",
    text: `
      SELECT row_to_json(s) AS service, NULL AS verification
      FROM (SELECT ${serviceFields} FROM services WHERE sid = ANY($1::text[])) AS s
      UNION ALL
      SELECT NULL, row_to_json(v) FROM unnest($2::text[], $3::text[]) AS named (service_sid, recipient)
      CROSS JOIN LATERAL (
        SELECT ${verificationColumns} FROM verifications v
        WHERE v.service_sid = named.service_sid AND v.recipient = named.recipient AND v.is_latest LIMIT 1
      ) AS v
      UNION ALL
      SELECT NULL, row_to_json(v) FROM unnest($4::text[], $5::text[]) AS named (service_sid, sid)
      CROSS JOIN LATERAL (
        SELECT ${verificationColumns} FROM verifications v
        WHERE v.service_sid = named.service_sid AND v.sid = named.sid LIMIT 1
      ) AS v`,
    values: [serviceSids, recipients.serviceSids, recipients.names, sids.serviceSids, sids.names],
  };
}

/** By the names of the fields. */
const serviceFields = services.fieldColumns.replaceAll(/\w+/g, (column) => `${column} AS "${fieldOf(column)}"`);

export interface ReadRow {
  service: Service | null;
  verification: VerificationRow | null;
}
