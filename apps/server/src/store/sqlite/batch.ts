import { attempts as attemptTable, sealedAttempts } from "../../attempts/store.ts";
import type { VerificationRows } from "../../console/verification-log.ts";
import { newMessageRow, outbox, sealedOutbox } from "../../delivery/outbox.ts";
import { newPostRow, posts as postTable } from "../../events/posts.ts";
import { knownRecipients, prefixBlocks } from "../../guard/blocks.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/counts.ts";
import { readLimit, writeCount } from "../../rate-limits/enforcement.ts";
import type { Service } from "../../services/service.ts";
import { services as serviceTable, smsRoutesOf } from "../../services/store.ts";
import { sqliteText, type Value } from "../../sql/text.ts";
import type { LoggedFact } from "../../verifications/ledger.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { ChangedVerification, Changes, Snapshot, StoredVerification } from "../changes.ts";
import type { GuessNames, Name, namesIn } from "../fold.ts";
import { type Connection, createRunner } from "./connection.ts";

/**
 * Makes what reads all that a batch names.
 * @param services those that the transaction has read: whoever may have changed one of them forgets them all
 */
export function createReader(connection: Connection, services: Map<string, Service | undefined>, keys: DayKeys) {
  const verificationsOf = createVerificationReader(connection, keys);
  const guardOf = createGuardReader(connection);
  const guessesOf = createGuessReader(connection);
  const runStep = createRunner(connection);
  const selectService = connection.prepare(
    sqliteText(
      `SELECT ${serviceTable.fieldColumns}, ${smsRoutesOf("json_group_object")} FROM services AS s WHERE sid = $1`,
    ),
  );
  return ({ serviceSids, recipients, sids, guard, rateLimits, guesses }: ReturnType<typeof namesIn>): Snapshot => {
    for (const sid of serviceSids) {
      if (services.has(sid)) continue;
      const row = selectService.get([sid]);
      services.set(sid, row && { ...serviceTable.of(row), smsRoutes: JSON.parse(String(row.at(-1))) });
    }
    return {
      services: [...services.values()].filter((service) => service !== undefined),
      verifications: verificationsOf(recipients, sids),
      guard: guard && guardOf(guard),
      rateLimits: rateLimits.map((key) => ({ key, rows: runStep(readLimit(key)).rows })),
      guesses: guesses ? guessesOf(guesses) : [],
    };
  };
}

/** Reads the latest verifications of recipients, and those with the given sids, in one statement and as one text. */
function createVerificationReader(connection: Connection, keys: DayKeys) {
  const select = connection.prepare<[states: string | null]>(
    `SELECT group_concat('[' || is_latest || ',' || json_quote(named_or_sealed) || ',' || state || ']') FROM (
       SELECT v.is_latest, named.key AS named_or_sealed, v.state FROM json_each(?) AS named CROSS JOIN verifications AS v
       WHERE v.service_sid = named.value ->> 0 AND v.recipient = named.value ->> 1 AND v.is_latest
       UNION ALL
       SELECT v.is_latest, v.sealed_recipient, v.state FROM json_each(?) AS named CROSS JOIN verifications AS v
       WHERE v.service_sid = named.value ->> 0 AND v.sid = named.value ->> 1
     )`,
  );
  return (recipients: Name[], sids: Name[]): StoredVerification[] => {
    const hashed = recipients.map(([serviceSid, recipient]): Name => [serviceSid, keys.hash(recipient)]);
    const [states] = select.get([JSON.stringify(hashed), JSON.stringify(sids)]) ?? [];
    const rows: [isLatest: number, namedOrSealed: number | string | null, verification: Verification][] = JSON.parse(
      `[${states ?? ""}]`,
    );
    return rows.flatMap(([isLatest, namedOrSealed, verification]) => {
      // Whoever is named need not be opened.
      const named = typeof namedOrSealed === "number" ? recipients[namedOrSealed]?.[1] : verification.recipient;
      const recipient = typeof namedOrSealed === "string" ? keys.open(namedOrSealed) : named;
      if (recipient === undefined) return [];
      verification.recipient = recipient;
      // No other process writes during the transaction, so that it needs no revision.
      return { verification, isLatest: isLatest === 1, revision: 1 };
    });
  };
}

/** Reads what is stored of the names of a batch, in one statement for each account and as two texts. */
function createGuardReader(connection: Connection): (names: ReadonlyMap<string, GuardNames>) => GuardSnapshot {
  const select = connection.prepare<[counts: string, blocks: string, known: string, safe: string]>(
    `SELECT
       (SELECT json_group_array(json_array(named.key, c.used, c.approved)) FROM json_each(?2) AS named
        CROSS JOIN guard_counts AS c WHERE c.account_sid = ?1 AND c.counter = named.value),
       (SELECT json_group_array(json_array(${prefixed(prefixBlocks.fieldColumns, "b")})) FROM json_each(?3) AS named
        CROSS JOIN prefix_blocks AS b WHERE b.account_sid = ?1 AND b.prefix = named.value),
       (SELECT json_group_array(json_array(${prefixed(knownRecipients.fieldColumns, "k")})) FROM json_each(?4) AS named
        CROSS JOIN known_recipients AS k WHERE k.account_sid = ?1 AND k.recipient_hash = named.value),
       (SELECT json_group_array(s.recipient) FROM json_each(?5) AS named
        CROSS JOIN safe_numbers AS s WHERE s.account_sid = ?1 AND s.recipient = named.value)`,
  );
  return (byAccount) => {
    const snapshot: GuardSnapshot = { counts: [], blocks: [], known: [], safe: [] };
    for (const [accountSid, { counters, prefixes, recipients, safe }] of byAccount) {
      const named = [counters, prefixes, recipients, safe].map((names) => JSON.stringify(names));
      const [counts = "[]", blocks = "[]", known = "[]", found = "[]"] = select.get([accountSid, ...named]) ?? [];
      for (const [index, used, approved] of JSON.parse(counts) as [number, number, number][]) {
        snapshot.counts.push({ accountSid, counter: counters[index] ?? "", used, approved });
      }
      snapshot.blocks.push(...(JSON.parse(blocks) as unknown[][]).map(prefixBlocks.of));
      snapshot.known.push(...(JSON.parse(known) as unknown[][]).map(knownRecipients.of));
      snapshot.safe.push(...(JSON.parse(found) as string[]).map((recipient) => ({ accountSid, recipient })));
    }
    return snapshot;
  };
}

const prefixed = (columns: string, table: string) => columns.replaceAll(/\w+/g, `${table}.$&`);

/** Reads the refused checks of recipients, and until when accounts are sprayed, in one statement and as one text. */
function createGuessReader(connection: Connection) {
  const select = connection.prepare<[times: string]>(
    `SELECT json_group_array(json_array(name, times)) FROM (
       SELECT r.account_sid || ' ' || r.recipient_hash AS name, r.times FROM json_each(?1) AS named
       CROSS JOIN refused_checks AS r
       WHERE r.account_sid = named.value ->> 0 AND r.recipient_hash = named.value ->> 1
       UNION ALL
       SELECT s.account_sid, CAST(s.ends_at AS text) FROM json_each(?2) AS named
       CROSS JOIN sprays AS s WHERE s.account_sid = named.value
     )`,
  );
  return ({ recipients, accountSids }: GuessNames): Snapshot["guesses"] =>
    JSON.parse(select.get([JSON.stringify(recipients), JSON.stringify(accountSids)])?.[0] ?? "[]");
}

/** Makes what writes all that a batch changed. */
export function createWriter(connection: Connection, keys: DayKeys): (changes: Changes, now: number) => void {
  const change = (more: string) =>
    createRowWriter(
      connection,
      `UPDATE verifications SET ended_at = ?3, state = ?4, events = events || ?5${more} WHERE service_sid = ?1 AND sid = ?2`,
    );
  // What is a recipient's latest stays so until another takes its place, and then its index is left alone.
  const [update, updateFormer] = [change(""), change(", is_latest = 0")];
  const insert = createInserter(
    connection,
    "verifications",
    "service_sid, sid, ended_at, state, events, is_latest, recipient, sealed_recipient, created_at, former_sid, country",
  );
  const insertAttempts = createInserter(connection, "attempts", attemptTable.fieldColumns);
  const [attemptsIn, outboxIn] = [sealedAttempts(keys), sealedOutbox(keys)];
  const insertMessages = createInserter(connection, "outbox", `${outbox.fieldColumns}, due_at`);
  const insertPosts = createInserter(connection, "webhook_deliveries", `${postTable.fieldColumns}, due_at`);
  const convert = connection.prepare(
    "UPDATE attempts SET is_converted = 1, updated_at = ? WHERE sid IN (SELECT value FROM json_each(?))",
  );
  const writeGuard = createGuardWriter(connection);
  const runStep = createRunner(connection);

  return ({ verifications, attempts, sends, converted, posts, guard, bucketCounts, others }, now) => {
    // The latest verification of a recipient gives way before another one takes its place.
    const known = verifications.filter(({ revision }) => revision > 0);
    updateFormer(known.filter(({ isLatest }) => !isLatest).map(changedRow));
    update(known.filter(({ isLatest }) => isLatest).map(changedRow));
    insert(verifications.filter(({ revision }) => revision === 0).map((changed) => newRow(changed, keys)));
    insertAttempts(attempts.map(attemptsIn.row));
    insertMessages(
      sends.flatMap(({ message, leaseSeconds }) => {
        if (!message) return [];
        const { added, dueAt } = newMessageRow(message, leaseSeconds);
        return [[...outboxIn.row(added), dueAt]];
      }),
    );
    if (converted.length > 0) convert.execute([now, JSON.stringify(converted.map(({ sid }) => sid))]);
    insertPosts(posts.map((post) => newPostRow(post, keys)));
    if (guard) writeGuard(guard);
    for (const count of bucketCounts) runStep(writeCount(count));
    for (const other of others) runStep(other);
  };
}

/** Nobody else writes meanwhile, so what was decided on is what is added to. */
function createGuardWriter(connection: Connection): (changes: GuardChanges) => void {
  const add = createRowWriter(
    connection,
    `INSERT INTO guard_counts AS g (account_sid, counter, used, approved) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET used = g.used + excluded.used, approved = g.approved + excluded.approved`,
  );
  const replace = (insert: string) => connection.prepare(sqliteText(insert.replace("INSERT", "INSERT OR REPLACE")));
  const block = replace(prefixBlocks.insert);
  const know = replace(knownRecipients.insert);
  return ({ counts, blocks, known }) => {
    add(counts.map(({ accountSid, counter, used, approved }) => [accountSid, counter, used, approved]));
    for (const made of blocks) block.execute(prefixBlocks.row(made));
    for (const { accountSid, recipientHash, approvedAt } of known)
      know.execute([accountSid, recipientHash, approvedAt]);
  };
}

/** A verification stands in its row as JSON, but for its recipient; the columns beside it are for finding it. */
function changedRow({ verification, facts }: ChangedVerification): Value[] {
  const { serviceSid, sid, status, updatedAt, expiresAt } = verification;
  // When it ended, or when its window will end.
  const endedAt = status === "approved" || status === "canceled" ? updatedAt : expiresAt;
  const lines = facts.map(({ at, type }) => `${JSON.stringify({ at, type })}\n`);
  return [serviceSid, sid, endedAt, JSON.stringify({ ...verification, recipient: undefined }), lines.join("")];
}

function newRow(changed: ChangedVerification, { hash, seal }: DayKeys): Value[] {
  const { recipient, createdAt, country } = changed.verification;
  const person = [hash(recipient), seal(recipient, createdAt)];
  const isLatest = Number(changed.isLatest);
  return [...changedRow(changed), isLatest, ...person, createdAt, changed.formerSid ?? null, country];
}

/** How what shows verifications reads them. */
export const verificationRows: VerificationRows = {
  columns: "v.state",
  of: ([state]) => JSON.parse(state as string),
  brief: `v.service_sid, v.sid, v.created_at, v.state ->> '$.status', v.state ->> '$.channel', v.country,
    v.state ->> '$.expiresAt'`,
  factOf,
};

/** The facts of a verification stand in its row, one line of JSON for each, and live as long. */
export function factOf(line: string): LoggedFact {
  return JSON.parse(line);
}

/** Rows are written one by one: SQLite takes longer for many in one statement, since it must be able to undo them together. */
function createRowWriter(connection: Connection, text: string) {
  const statement = connection.prepare(text);
  return (rows: readonly Value[][]): void => {
    for (const row of rows) statement.execute(row);
  };
}

function createInserter(connection: Connection, table: string, columns: string) {
  const values = columns.split(",").map(() => "?");
  return createRowWriter(connection, `INSERT INTO ${table} (${columns}) VALUES (${values})`);
}
