import { audit } from "../console/trail.ts";
import type { Author } from "../kernel/handler.ts";
import type { PageRequest } from "../kernel/page.ts";
import { readPage } from "../sql/page.ts";
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

/** A post as whoever looks after webhooks sees it. */
export interface WaitingPost extends ClaimedPost {
  /** When it is tried next; null for one that was given up. */
  dueAt: number | null;
  /** When it was last not taken, and why; null where it was not tried yet. */
  failedAt: number | null;
  error: string | null;
  /** What a service's webhook is called; null for any other, and for one that is gone. */
  webhookName: string | null;
}

const statuses = {
  pending: "parked_at IS NULL",
  retrying: "parked_at IS NOT NULL AND due_at IS NOT NULL",
  parked: "parked_at IS NOT NULL AND due_at IS NULL",
} as const;

/** How far a post is. */
export type PostStatus = keyof typeof statuses;

export function postStatus({ dueAt, failedAt }: WaitingPost): PostStatus {
  if (failedAt === null) return "pending";
  return dueAt === null ? "parked" : "retrying";
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

/** Whether nobody can tell any more what a post tells. */
export function isUnreadable({ payload }: WebhookPost): boolean {
  return Object.keys(payload).length === 0;
}

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

const nameOfWebhook = `(SELECT w.friendly_name FROM webhooks AS w
  WHERE w.service_sid = webhook_deliveries.service_sid AND w.sid = webhook_deliveries.webhook_id)`;

type OnlyWaiting = [dueAt: number | null, failedAt: number | null, error: string | null, webhookName: string | null];

/** The same table with what only those see who look after webhooks. */
function waitingPosts(keys: DayKeys): Table<WaitingPost> {
  const sealed = sealedPosts(keys);
  return {
    ...sealed,
    fieldColumns: `${fieldColumns}, due_at, parked_at, error, ${nameOfWebhook}`,
    of(row) {
      const [dueAt, failedAt, error, webhookName] = row.slice(-4) as OnlyWaiting;
      return { ...sealed.of(row), dueAt, failedAt, error, webhookName };
    },
  };
}

/** What waits for webhooks. Posts also come with decisions, and are then on disk with them or not at all. */
export function postStore(sql: Sql, { keys, extend }: { keys: DayKeys; extend: () => Promise<void> }) {
  const waiting = waitingPosts(keys);
  const queue = queueOf(sql, sealedPosts(keys));
  return {
    async add(added: readonly WebhookPost[]) {
      await extend();
      await sql.transact(() => addPosts(added, keys));
    },
    ...queue,
    /** @param among the webhooks whose posts are meant, or whose are not */
    claim(
      limit: number,
      leaseSeconds: number,
      now: number,
      among: { of: string[] } | { notOf: string[] } = { notOf: [] },
    ) {
      const [not, ids] = "of" in among ? ["", among.of] : ["NOT ", among.notOf];
      const isAmong = { where: `webhook_id ${not}IN (${parameters(ids.length, 4)})`, values: ids };
      return queue.claim(limit, leaseSeconds, now, ids.length > 0 ? isAmong : undefined);
    },
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
    /** Newest first. */
    list: (accountSid: string, status: PostStatus | undefined, request: PageRequest) => {
      const where = `account_sid = $1${status ? ` AND ${statuses[status]}` : ""}`;
      return readPage(sql, waiting, { where, values: [accountSid] }, "DESC", request);
    },
    /** What failed and was not taken since, the latest first, at most 1000. It is erased with everything else of its age. */
    async failed(accountSid: string): Promise<WaitingPost[]> {
      const rows = await sql.read(
        `SELECT ${waiting.fieldColumns} FROM webhook_deliveries
         WHERE account_sid = $1 AND parked_at IS NOT NULL ORDER BY parked_at DESC, sid LIMIT 1000`,
        [accountSid],
      );
      return rows.map(waiting.of);
    },
    /** How many failed and are tried again, and how many were given up and are kept, of all accounts. */
    async failedCount() {
      const [[failed, parked] = []] = await sql.read(
        "SELECT count(due_at), count(*) FILTER (WHERE due_at IS NULL) FROM webhook_deliveries WHERE parked_at IS NOT NULL",
      );
      return { failing: Number(failed), parked: Number(parked) };
    },
    /**
     * Has one that was given up tried from the beginning, and one that was not taken and waits for its next try tried now.
     * @param which by its account, or anybody's
     * @returns the post as it is then, if there is one that failed
     */
    retry: ({ sid, accountSid }: { sid: string; accountSid?: string }, now: number, by: Author) =>
      sql.transact(function* () {
        // Those of a service are found by it.
        const [whose, owner] = accountSid === undefined ? ["", []] : [ofAccount, [accountSid]];
        const failed = `sid = $1 AND parked_at IS NOT NULL${whose}`;
        const { rows } = yield* run(
          `SELECT ${waiting.fieldColumns} FROM webhook_deliveries WHERE ${failed} FOR UPDATE`,
          [sid, ...owner],
        );
        const [before] = rows.map(waiting.of);
        if (!before) return undefined;
        const isParked = before.dueAt === null;
        const after = { ...before, dueAt: now, ...(isParked && { failedAt: null, error: null, tries: 0 }) };
        yield* run(
          `UPDATE webhook_deliveries SET due_at = $3, parked_at = $4, error = $5, tries = $6
           WHERE service_sid = $1 AND sid = $2`,
          [before.serviceSid, sid, after.dueAt, after.failedAt, after.error, after.tries],
        );
        const shown = (post: WaitingPost) => ({ status: postStatus(post), tries: post.tries });
        const resource = { resourceType: "post", resourceSid: sid, before: shown(before), after: shown(after) };
        yield* audit({ accountSid: before.accountSid, by, at: now, action: "retried", ...resource });
        return after;
      }),
  };
}

const ofAccount = " AND service_sid IN (SELECT sid FROM services WHERE account_sid = $2)";

const insert = `INSERT INTO webhook_deliveries (${fieldColumns}, due_at) VALUES (${parameters(8)})`;

/** Adds posts within a transaction. */
export function* addPosts(posts: readonly WebhookPost[], keys: DayKeys): Work<void> {
  for (const post of posts) yield* run(insert, newPostRow(post, keys));
}

/** A post as it is added, in the order of the table's fields, and then when it is due: at once. */
export function newPostRow(post: WebhookPost, keys: DayKeys): Value[] {
  return [...sealedPosts(keys).row({ ...post, tries: 0 }), post.createdAt];
}
