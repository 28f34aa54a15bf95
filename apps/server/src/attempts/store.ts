import { addPosts } from "../events/posts.ts";
import { addFigures, attemptFigures, type ChangedAttempt, postsOf, type Reaction } from "../events/reactions.ts";
import type { Clock } from "../kernel/clock.ts";
import type { PageRequest } from "../kernel/page.ts";
import type { Service } from "../services/service.ts";
import { services } from "../services/store.ts";
import { type Condition, readPage } from "../sql/page.ts";
import type { OnChange } from "../sql/resources.ts";
import { type Table, table } from "../sql/table.ts";
import { ending, parameters, run, type Sql, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { type Attempt, type AttemptFilter, type DeliveryReport, endOf } from "./attempt.ts";

/** An attempt as it stands in its row, where its recipient is a hash. */
interface AttemptRow extends Omit<Attempt, "delivery" | "handedOverAt" | "endedAt">, DeliveryReport {
  sealedRecipient: string | null;
  /** The beginning of a number. */
  recipientPrefix: string | null;
  /** After it was made. */
  handedOverMs: number | null;
  endedMs: number | null;
}

export const attempts = table<AttemptRow>({
  name: "attempts",
  owner: "service",
  key: ["account_sid", "created_at", "sid"],
  fields: {
    accountSid: "plain",
    createdAt: "plain",
    sid: "plain",
    serviceSid: "plain",
    verificationSid: "plain",
    recipient: "plain",
    sealedRecipient: "plain",
    recipientPrefix: "plain",
    channel: "plain",
    isConverted: "boolean",
    status: "plain",
    errorCode: "plain",
    country: "plain",
    provider: "plain",
    tries: "plain",
    handedOverMs: "plain",
    endedMs: "plain",
    codeLength: "plain",
    locale: "plain",
    lookup: "json",
    updatedAt: "plain",
    expiresAt: "plain",
  },
  besides: ["reference"],
  // The index on the time begins with the account.
  erased: { column: "created_at", each: "account_sid" },
  person: {
    as: "attempts",
    rows: ({ accountSid, hash, since }) => [
      { where: "account_sid = $1 AND created_at >= $2 AND recipient = $3", values: [accountSid, since, hash] },
    ],
    sought: ({ accountSid, hash }) => ({ where: "account_sid = $1 AND recipient = $2", values: [accountSid, hash] }),
  },
  outlivesService: "the log tells what was sent, whatever became of the service",
});

/** The table of attempts, whose recipients are sealed in their rows. */
export function sealedAttempts(keys: DayKeys): Table<Attempt> {
  // Every start writes one, so nothing is spread.
  const flat = (attempt: Attempt): AttemptRow => {
    const { recipient, createdAt, handedOverAt, endedAt, delivery } = attempt;
    return {
      accountSid: attempt.accountSid,
      createdAt,
      sid: attempt.sid,
      serviceSid: attempt.serviceSid,
      verificationSid: attempt.verificationSid,
      recipient: recipient && keys.hash(recipient),
      sealedRecipient: recipient && keys.seal(recipient, createdAt),
      recipientPrefix: recipient && recipientPrefix(recipient),
      channel: attempt.channel,
      isConverted: attempt.isConverted,
      status: delivery.status,
      errorCode: delivery.errorCode,
      country: attempt.country,
      provider: attempt.provider,
      tries: attempt.tries,
      handedOverMs: handedOverAt && handedOverAt - createdAt,
      endedMs: endedAt && endedAt - createdAt,
      codeLength: attempt.codeLength,
      locale: attempt.locale,
      lookup: attempt.lookup,
      updatedAt: attempt.updatedAt,
      expiresAt: attempt.expiresAt,
    };
  };
  return {
    ...attempts,
    row: (attempt) => attempts.row(flat(attempt)),
    record: (attempt) => attempts.record(flat(attempt)),
    of(row) {
      const { status, errorCode, sealedRecipient, recipientPrefix: _, ...read } = attempts.of(row);
      const { handedOverMs, endedMs, ...attempt } = read;
      const at = (ms: number | null) => (ms === null ? null : attempt.createdAt + ms);
      const recipient = sealedRecipient === null ? attempt.recipient : (keys.open(sealedRecipient) ?? null);
      return {
        ...attempt,
        recipient,
        delivery: { status, errorCode },
        handedOverAt: at(handedOverMs),
        endedAt: at(endedMs),
      };
    },
  };
}

/** How many of the last digits of a number stand in no row. */
const openDigits = 4;

/** What a row has of a number, to find it by. */
export function recipientPrefix(recipient: string): string | null {
  return recipient.startsWith("+") ? recipient.slice(0, -openDigits) : null;
}

const { fieldColumns } = attempts;

export type AttemptStore = ReturnType<typeof attemptStore>;

export function attemptStore(sql: Sql, reactions: readonly Reaction[], keys: DayKeys) {
  const sealed = sealedAttempts(keys);
  return {
    async fetch(accountSid: string, sid: string): Promise<Attempt | undefined> {
      const found = await sql.read(`SELECT ${fieldColumns} FROM attempts WHERE account_sid = $1 AND sid = $2`, [
        accountSid,
        sid,
      ]);
      return found.map(sealed.of)[0];
    },
    /** Newest first. */
    list: (accountSid: string, filter: AttemptFilter, request: PageRequest) =>
      readPage(sql, sealed, conditionOf(accountSid, filter, keys), "DESC", request),
    async count(accountSid: string, filter: AttemptFilter) {
      const { where, values } = conditionOf(accountSid, filter, keys);
      const [counts = []] = await sql.read(
        `SELECT count(*), count(*) FILTER (WHERE is_converted) FROM attempts WHERE ${where}`,
        values,
      );
      const [total = 0, converted = 0] = counts.map(Number);
      return { total, converted };
    },
    /**
     * Records what a receipt says of a message that was sent, unless an earlier one told its end, and what follows from
     * it.
     * @returns whether that is news, or an earlier one had told it; unknown where no message has that reference.
     */
    receive: (reference: string, { status, errorCode }: DeliveryReport, now: number) =>
      sql.transact(function* (): Work<"recorded" | "repeated" | "unknown"> {
        // What was delivered or not stays so.
        const { rows } = yield* run(
          // A month later its milliseconds would not fit, and nobody looks for them any more.
          `UPDATE attempts SET status = $2, error_code = $3, updated_at = $4,
             ended_ms = CASE WHEN $5 - created_at < 2000000000 THEN $5 - created_at END
           WHERE reference = $1 AND status IN ('queued', 'sent') RETURNING ${columnsFollowed(reactions)}`,
          [reference, status, errorCode, now, endOf(status, now)],
        );
        yield* followAttempts(rows, reactions, keys);
        if (rows.length > 0) return "recorded";
        const { count } = yield* run("SELECT 1 FROM attempts WHERE reference = $1 LIMIT 1", [reference]);
        return count > 0 ? "repeated" : "unknown";
      }),
  };
}

/** What `followAttempts` needs of attempts that a change returns: all of their fields where somebody hears of them. */
export function columnsFollowed(reactions: readonly Reaction[]): string {
  return reactions.some(({ attempt }) => attempt) ? fieldColumns : countedColumns.join(", ");
}

/**
 * Adds what follows from a change of attempts: what webhooks are to hear, and what figures count. It comes last in its
 * transaction.
 * @param rows as the change returned them @param isHandedOver whether their messages were given away or given up
 */
export function* followAttempts(
  rows: readonly unknown[][],
  reactions: readonly Reaction[],
  keys: DayKeys,
  isHandedOver = false,
): Work<void> {
  const areHeard = reactions.some(({ attempt }) => attempt);
  if (areHeard) {
    const changed = rows.map(sealedAttempts(keys).of);
    const known = reactions.some(({ asksService }) => asksService?.()) ? yield* servicesOf(changed) : undefined;
    yield* addPosts(
      changed.flatMap((attempt) => postsOf(reactions, attempt, known?.get(attempt.serviceSid))),
      keys,
    );
  }
  const places = areHeard ? wholePlaces : countedPlaces;
  yield* ending(addFigures(rows.flatMap((row) => attemptFigures(changedOf(row, places), isHandedOver))));
}

function* servicesOf(changed: readonly Attempt[]): Work<Map<string, Service>> {
  const sids = [...new Set(changed.map(({ serviceSid }) => serviceSid))];
  if (sids.length === 0) return new Map();
  const named = parameters(sids.length);
  const { rows } = yield* run(`SELECT ${services.fieldColumns} FROM services WHERE sid IN (${named})`, sids);
  return new Map(rows.map(services.of).map((service) => [service.sid, service]));
}

const columns = fieldColumns.split(", ");
const countedColumns = [
  "account_sid",
  "service_sid",
  "channel",
  "country",
  "provider",
  "status",
  "error_code",
  "updated_at",
];
/** Where they stand in rows of all fields, and in rows of them alone. */
const wholePlaces = countedColumns.map((column) => columns.indexOf(column));
const countedPlaces = countedColumns.map((_, place) => place);

/** The few fields that are counted: to read all of them would cost more than to count. */
function changedOf(row: readonly unknown[], places: readonly number[]): ChangedAttempt {
  const [accountSid, serviceSid, channel, country, provider, status, errorCode, updatedAt] = places.map(
    (place) => row[place],
  );
  return { accountSid, serviceSid, channel, country, provider, status, errorCode, updatedAt } as ChangedAttempt;
}

/** A service that is deleted takes its messages along. Their attempts outlive it, and say what became of them. */
export function unsentOfDeleted(clock: Clock): { resource: OnChange } {
  return {
    *resource({ kind, table, sid }) {
      if (kind !== "deleted" || table !== "services") return;
      const { rows } = yield* run(
        `UPDATE attempts SET status = 'failed', error_code = 'deleted', updated_at = $2,
           ended_ms = $2 - created_at
         WHERE service_sid = $1 AND status = 'queued' AND sid IN (SELECT attempt_sid FROM outbox WHERE service_sid = $1)
         RETURNING ${countedColumns.join(", ")}`,
        [sid, clock()],
      );
      yield* addFigures(rows.flatMap((row) => attemptFigures(changedOf(row, countedPlaces))));
    },
  };
}

/** How each field of a filter reads in SQL, `$` standing for its value. */
const conditions: Record<Exclude<keyof AttemptFilter, "recipientPrefix">, string> = {
  createdAfter: "created_at >= $",
  createdBefore: "created_at <= $",
  recipient: "recipient = $",
  country: "country = $",
  channel: "channel = $",
  serviceSid: "service_sid = $",
  verificationSid: "verification_sid = $",
  isConverted: "is_converted = $",
  isLost: "(status IN ('failed', 'undelivered')) = $",
};

function conditionOf(accountSid: string, filter: AttemptFilter, { hash }: DayKeys): Condition {
  const { recipientPrefix: prefix, recipient, ...rest } = filter;
  const given = { ...rest, ...(recipient !== undefined && { recipient: hash(recipient) }) };
  const fields = (Object.keys(conditions) as (keyof typeof conditions)[]).filter((field) => given[field] !== undefined);
  const parts = fields.map((field, index) => conditions[field].replaceAll("$", `$${index + 2}`));
  const values: unknown[] = [accountSid, ...fields.map((field) => given[field])];
  if (prefix !== undefined) {
    const next = values.length + 1;
    const whole = numbersWith(prefix).map(hash);
    const begins = `substr(recipient_prefix, 1, length($${next})) = $${next}`;
    parts.push(`(${begins} OR recipient IN (${parameters(whole.length, next + 1)}))`);
    values.push(prefix, ...whole);
  }
  return { where: ["account_sid = $1", ...parts].join(" AND "), values };
}

/** All numbers that begin so, and of which the rows have less than that. */
function numbersWith(prefix: string): string[] {
  const lengths = Array.from({ length: openDigits }, (_, length) => length);
  return lengths.flatMap((length) =>
    Array.from({ length: 10 ** length }, (_, number) => prefix + String(number).padStart(length, "0").slice(0, length)),
  );
}
