import { addPosts } from "../events/posts.ts";
import { postsOf, type Reaction } from "../events/reactions.ts";
import type { PageRequest } from "../kernel/page.ts";
import { type Condition, readPage } from "../sql/page.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { Attempt, AttemptFilter, DeliveryReport } from "./attempt.ts";

/** An attempt as it stands in its row. */
type AttemptRow = Omit<Attempt, "delivery"> & Attempt["delivery"];

const rows = table<AttemptRow>({
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
    channel: "plain",
    isConverted: "boolean",
    status: "plain",
    errorCode: "plain",
    country: "plain",
    codeLength: "plain",
    locale: "plain",
    lookup: "json",
    updatedAt: "plain",
    expiresAt: "plain",
  },
  besides: ["reference"],
  // The index on the time begins with the account.
  erased: { column: "created_at", each: "account_sid" },
  outlivesService: "the log tells what was sent, whatever became of the service",
});

export const attempts = {
  ...rows,
  row: (attempt: Attempt) => rows.row(flat(attempt)),
  record: (attempt: Attempt) => rows.record(flat(attempt)),
  of(row: readonly unknown[]): Attempt {
    const { status, errorCode, ...attempt } = rows.of(row);
    return { ...attempt, delivery: { status, errorCode } };
  },
};

function flat(attempt: Attempt): AttemptRow {
  return { ...attempt, ...attempt.delivery };
}

const { fieldColumns } = attempts;

export type AttemptStore = ReturnType<typeof attemptStore>;

export function attemptStore(sql: Sql, reactions: readonly Reaction[]) {
  return {
    async fetch(accountSid: string, sid: string): Promise<Attempt | undefined> {
      const found = await sql.read(`SELECT ${fieldColumns} FROM attempts WHERE account_sid = $1 AND sid = $2`, [
        accountSid,
        sid,
      ]);
      return found.map(attempts.of)[0];
    },
    /** Newest first. */
    list: (accountSid: string, filter: AttemptFilter, request: PageRequest) =>
      readPage(sql, attempts, conditionOf(accountSid, filter), "DESC", request),
    async count(accountSid: string, filter: AttemptFilter) {
      const { where, values } = conditionOf(accountSid, filter);
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
     * @returns whether a message has that reference.
     */
    receive: (reference: string, { status, errorCode }: DeliveryReport, now: number) =>
      sql.transact(function* () {
        // What was delivered or not stays so.
        const changed = yield* changeAttempts(
          `UPDATE attempts SET status = $2, error_code = $3, updated_at = $4
           WHERE reference = $1 AND status IN ('queued', 'sent') RETURNING ${fieldColumns}`,
          [reference, status, errorCode, now],
          reactions,
        );
        if (changed > 0) return true;
        const { count } = yield* run("SELECT 1 FROM attempts WHERE reference = $1 LIMIT 1", [reference]);
        return count > 0;
      }),
  };
}

/**
 * Runs a statement that returns the attempts which it changed, and adds what webhooks are to hear of those.
 * @returns how many there were.
 */
export function* changeAttempts(
  text: string,
  values: readonly unknown[],
  reactions: readonly Reaction[],
): Work<number> {
  const { rows } = yield* run(text, values);
  if (reactions.some(({ attempt }) => attempt)) {
    yield* addPosts(rows.flatMap((row) => postsOf(reactions, attempts.of(row))));
  }
  return rows.length;
}

/** How each field of a filter reads in SQL, `$` standing for its value. */
const conditions: Record<keyof AttemptFilter, string> = {
  createdAfter: "created_at >= $",
  createdBefore: "created_at <= $",
  recipient: "recipient = $",
  recipientPrefix: "substr(recipient, 1, length($)) = $",
  country: "country = $",
  channel: "channel = $",
  serviceSid: "service_sid = $",
  verificationSid: "verification_sid = $",
  isConverted: "is_converted = $",
  isLost: "(status IN ('failed', 'undelivered')) = $",
};

function conditionOf(accountSid: string, filter: AttemptFilter): Condition {
  const fields = (Object.keys(conditions) as (keyof AttemptFilter)[]).filter((field) => filter[field] !== undefined);
  const given = fields.map((field, index) => conditions[field].replaceAll("$", `$${index + 2}`));
  return {
    where: ["account_sid = $1", ...given].join(" AND "),
    values: [accountSid, ...fields.map((field) => filter[field])],
  };
}
