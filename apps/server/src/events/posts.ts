import { queueOf } from "../sql/queue.ts";
import { type Table, table } from "../sql/table.ts";
import { parameters, run, type Sql, type Value, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";

/** A fact on its way to one webhook. */
export interface WebhookPost {
  accountSid: string;
  serviceSid: string;
  /** `WD` and 32 hexadecimal digits. */
  sid: string;
  webhookId: string;
  /** What the receiver gets, before it is signed. */
  payload: object;
  createdAt: number;
}

/** A post that was taken to be tried. */
export interface ClaimedPost extends WebhookPost {
  /** How often it was taken, this time included. */
  tries: number;
}

/** What came of a try: it arrived (or its webhook is gone), it is tried again, or it was given up and is kept. */
export type PostResult =
  | { status: "done" }
  | { status: "retry"; at: number; error: string }
  | { status: "parked"; error: string };

/** A post that was tried, and not taken. */
interface FailedPost extends ClaimedPost {
  /** The last time. */
  failedAt: number;
  error: string;
  /** Whether it was given up; else it is tried again. */
  isParked: boolean;
}

export const posts = table<ClaimedPost>({
  name: "webhook_deliveries",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    serviceSid: "plain",
    sid: "plain",
    accountSid: "plain",
    webhookId: "plain",
    payload: "json",
    createdAt: "plain",
    tries: "plain",
  },
  // When it is tried next, null where it was given up; when it failed last, and why.
  besides: ["due_at", "parked_at", "error"],
  erased: { column: "created_at" },
  person: {
    as: "posts",
    rows: ({ posts }) => posts.map((key) => ({ where: "service_sid = $1 AND sid = $2", values: key })),
  },
});

/** The table of posts, whose payloads tell of recipients and are sealed. */
export function sealedPosts({ seal, open }: DayKeys): Table<ClaimedPost> {
  const sealed = (post: ClaimedPost) => ({
    ...post,
    payload: { sealed: seal(JSON.stringify(post.payload), post.createdAt) },
  });
  return {
    ...posts,
    row: (post) => posts.row(sealed(post)),
    record: (post) => posts.record(sealed(post)),
    of(row) {
      const post = posts.of(row);
      const { sealed } = post.payload as { sealed?: string };
      return sealed === undefined ? post : { ...post, payload: JSON.parse(open(sealed) ?? "{}") };
    },
  };
}

const { fieldColumns } = posts;

/** What waits for webhooks. Posts also come with decisions, and are then on disk with them or not at all. */
export function postStore(sql: Sql, { keys, extend }: { keys: DayKeys; extend: () => Promise<void> }) {
  const sealed = sealedPosts(keys);
  return {
    async add(added: readonly WebhookPost[]) {
      await extend();
      await sql.transact(() => addPosts(added, keys));
    },
    ...queueOf(sql, sealed),
    async settle({ serviceSid, sid }: Pick<WebhookPost, "serviceSid" | "sid">, result: PostResult, now: number) {
      const key = [serviceSid, sid];
      if (result.status === "done") {
        await sql.run("DELETE FROM webhook_deliveries WHERE service_sid = $1 AND sid = $2", key);
        return;
      }
      await sql.run(
        "UPDATE webhook_deliveries SET due_at = $3, parked_at = $4, error = $5 WHERE service_sid = $1 AND sid = $2",
        [...key, result.status === "parked" ? null : result.at, now, result.error],
      );
    },
    /** What failed and was not taken since, the latest first, at most 1000. It is erased with everything else of its age. */
    async failed(accountSid: string): Promise<FailedPost[]> {
      const rows = await sql.read(
        `SELECT ${fieldColumns}, due_at, parked_at, error FROM webhook_deliveries
         WHERE account_sid = $1 AND parked_at IS NOT NULL ORDER BY parked_at DESC, sid LIMIT 1000`,
        [accountSid],
      );
      return rows.map((row) => {
        const [dueAt, failedAt, error] = row.slice(-3) as [number | null, number, string];
        return { ...sealed.of(row), failedAt, error, isParked: dueAt === null };
      });
    },
    /** How many failed and are tried again, and how many were given up and are kept, of all accounts. */
    async failedCount() {
      const [[failed, parked] = []] = await sql.read(
        "SELECT count(due_at), count(*) FILTER (WHERE due_at IS NULL) FROM webhook_deliveries WHERE parked_at IS NOT NULL",
      );
      return { failing: Number(failed), parked: Number(parked) };
    },
    /** Has one that was given up tried from the beginning. False when there is none. */
    async unpark(sid: string, now: number) {
      const { count } = await sql.run(
        `UPDATE webhook_deliveries SET due_at = $2, parked_at = NULL, error = NULL, tries = 0
         WHERE sid = $1 AND parked_at IS NOT NULL AND due_at IS NULL`,
        [sid, now],
      );
      return count > 0;
    },
  };
}

const insert = `INSERT INTO webhook_deliveries (${fieldColumns}, due_at) VALUES (${parameters(8)})`;

/** Adds posts within a transaction. */
export function* addPosts(posts: readonly WebhookPost[], keys: DayKeys): Work<void> {
  for (const post of posts) yield* run(insert, newPostRow(post, keys));
}

/** A post as it is added, in the order of the table's fields, and then when it is due: at once. */
export function newPostRow(post: WebhookPost, keys: DayKeys): Value[] {
  return [...sealedPosts(keys).row({ ...post, tries: 0 }), post.createdAt];
}
