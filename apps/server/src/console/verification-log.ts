import type { Attempt } from "../attempts/attempt.ts";
import { sealedAttempts } from "../attempts/store.ts";
import type { PageRequest } from "../kernel/page.ts";
import { services } from "../services/store.ts";
import { examinedMax, type Place, pageBounds, type SparsePage } from "../sql/sparse-page.ts";
import { parameters, type Sql } from "../sql/text.ts";
import type { LoggedFact } from "../verifications/ledger.ts";
import { type Tags, taggedText } from "../verifications/tags.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { statusAt, type ToldOfSend, type Verification } from "../verifications/verification.ts";
import { type Brief, briefOf, newest } from "./newest.ts";

/** Every given field must fit. Bounds of time are inclusive. */
export interface VerificationFilter {
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
  status?: ReturnType<typeof statusAt> | undefined;
  channel?: string | undefined;
  country?: string | undefined;
  serviceSid?: string | undefined;
  /** Of the last send that failed. */
  errorCode?: string | undefined;
  recipient?: string | undefined;
  /** As `name:value`. */
  tag?: string | undefined;
}

/** A verification with what events tell of it. */
export interface ToldVerification {
  verification: Verification;
  facts: LoggedFact[];
  /** Those that the Attempts log has, oldest first. */
  sends: Attempt[];
  /** What was kept for events of each of its sends, by its place. */
  told: (ToldOfSend | undefined)[];
}

/** A verification with all that is known of it. */
export interface LoggedVerification extends ToldVerification {
  serviceName: string | null;
  tags: Tags;
}

/** How a database keeps verifications, all columns being of the table `v`. */
export interface VerificationRows {
  /** The columns of all but the recipient, and the verification that they make. */
  columns: string;
  of(row: readonly unknown[]): Omit<Verification, "recipient">;
  /** The service, the sid, when it was created, the status, the channel, the country and the end of its window. */
  brief: string;
  factOf(line: string): LoggedFact;
}

/** What was looked at; nothing more is where it is cut. */
type Candidate = { place: Place; brief?: Brief; isCut?: boolean };

/** By so much the clocks that sids and times are made by may differ. */
const slackMs = 120_000;

export type VerificationLog = ReturnType<typeof verificationLog>;

/** What happened to every verification, those that ended included. */
export function verificationLog(sql: Sql, rows: VerificationRows, keys: DayKeys) {
  const attempts = sealedAttempts(keys);
  const whole = `${rows.columns}, v.sealed_recipient, v.recipient, v.events`;

  async function* candidates(
    accountSid: string,
    filter: VerificationFilter,
    { size, from }: PageRequest,
    most: number,
  ): AsyncGenerator<Candidate> {
    const { serviceSid, recipient, errorCode, tag } = filter;
    const tagHash = tag === undefined ? undefined : keys.hash(taggedText(accountSid, tag));
    const isNewestFirst = from?.direction !== "before";
    if (errorCode !== undefined) {
      yield* byError(accountSid, errorCode, tagHash, isNewestFirst, from, most);
      return;
    }
    const [first, last] = [sidAt(filter.createdAfter, -slackMs) ?? "VE", sidAt(filter.createdBefore, slackMs) ?? "VF"];
    const beyond = isNewestFirst ? (from && from.sid < last ? from.sid : last) : (from?.sid ?? first);
    const found =
      recipient === undefined
        ? newest(sql, rows.brief, { accountSid, serviceSid, tagHash, isNewestFirst, beyond, size: size + 1, most })
        : await ofRecipient(accountSid, recipient, tagHash, isNewestFirst, beyond);
    let place: Place | undefined = from;
    for await (const brief of found) {
      if (!brief) {
        if (place) yield { place, isCut: true };
        return;
      }
      if (isNewestFirst ? brief.sid < first : brief.sid > last) return;
      place = placeOf(brief.sid);
      yield { brief, place };
    }
  }

  /** From the latest verification of a recipient in each service to the one before, and so on. */
  async function ofRecipient(
    accountSid: string,
    recipient: string,
    tagHash: string | undefined,
    isNewestFirst: boolean,
    beyond: string,
  ) {
    const found = await sql.read(
      `WITH RECURSIVE found (service_sid, sid, former_sid) AS (
         SELECT v.service_sid, v.sid, v.former_sid FROM services AS s CROSS JOIN verifications AS v
         WHERE s.account_sid = $1 AND v.service_sid = s.sid AND v.recipient = $2 AND v.is_latest
         UNION ALL
         SELECT v.service_sid, v.sid, v.former_sid FROM found AS f CROSS JOIN verifications AS v
         WHERE v.service_sid = f.service_sid AND v.sid = f.former_sid
       )
       SELECT ${rows.brief} FROM found AS f CROSS JOIN verifications AS v
       WHERE v.service_sid = f.service_sid AND v.sid = f.sid AND v.sid ${isNewestFirst ? "<" : ">"} $3
         ${hasTag(tagHash, 5)} ORDER BY v.sid ${isNewestFirst ? "DESC" : "ASC"} LIMIT $4`,
      [accountSid, keys.hash(recipient), beyond, examinedMax, ...given(tagHash)],
    );
    return found.map(briefOf);
  }

  /** By the sends that failed so, in their order. */
  async function* byError(
    accountSid: string,
    errorCode: string,
    tagHash: string | undefined,
    isNewestFirst: boolean,
    from: Place | undefined,
    most: number,
  ): AsyncGenerator<Candidate> {
    const [operator, order, end] = isNewestFirst ? ["<", "DESC", "VM"] : [">", "ASC", "VL"];
    let place = from ?? { createdAt: isNewestFirst ? 1e15 : 0, sid: end };
    // Sends are looked at ten times as fast as verifications.
    for (const limit of [most, most * 9]) {
      const range = `FROM attempts WHERE account_sid = $1 AND (created_at, sid) ${operator} ($2, $3)
        ORDER BY created_at ${order}, sid ${order}`;
      const values = [accountSid, place.createdAt, place.sid];
      const found = await sql.read(
        `SELECT a.created_at, a.sid, ${rows.brief} FROM (
           SELECT * FROM (SELECT service_sid, verification_sid, created_at, sid, error_code, status ${range} LIMIT $5) AS b
           WHERE error_code = $4 AND status IN ('failed', 'undelivered')
         ) AS a CROSS JOIN verifications AS v WHERE v.service_sid = a.service_sid AND v.sid = a.verification_sid
           ${hasTag(tagHash, 6)} ORDER BY a.created_at ${order}, a.sid ${order}`,
        [...values, errorCode, limit, ...given(tagHash)],
      );
      for (const [createdAt, sid, ...brief] of found as [number, string, ...unknown[]][]) {
        yield { place: { createdAt, sid }, brief: briefOf(brief) };
      }
      const [cut] = await sql.read(`SELECT created_at, sid ${range} LIMIT 1 OFFSET $4`, [...values, limit - 1]);
      if (!cut) return;
      place = { createdAt: cut[0] as number, sid: cut[1] as string };
      yield { place, isCut: limit > most };
    }
  }

  async function loaded(
    accountSid: string,
    found: readonly { brief: Brief }[],
  ): Promise<Map<string, LoggedVerification>> {
    if (found.length === 0) return new Map();
    const named = padded(found.map(({ brief: { serviceSid, sid } }) => [serviceSid, sid]));
    const read = await sql.read(
      `SELECT ${whole} FROM (VALUES ${pairs(named)}) AS n
       CROSS JOIN verifications AS v WHERE v.service_sid = n.column1 AND v.sid = n.column2`,
      named.flat(),
    );
    const shown = await shownOf(accountSid, read);
    return new Map(shown.map((each) => [each.verification.sid, each]));
  }

  function openedOf(read: unknown[][]): Omit<ToldVerification, "sends">[] {
    return read.map((row) => {
      const [sealed, recipient, events] = row.slice(-3) as [string | null, string, string];
      const opened = sealed === null ? recipient : (keys.open(sealed) ?? "");
      const verification = { ...rows.of(row), recipient: opened } as Verification;
      const told = verification.attempts.map((attempt) => attempt.told && keys.open(attempt.told));
      return {
        verification,
        facts: events.split("\n").flatMap((line) => (line ? rows.factOf(line) : [])),
        told: told.map((text) => text && JSON.parse(text)),
      };
    });
  }

  async function shownOf(accountSid: string, read: unknown[][]): Promise<LoggedVerification[]> {
    const opened = openedOf(read);
    const [names, sends, tags] = await Promise.all([
      namesOf(opened.map(({ verification }) => verification.serviceSid)),
      sendsOf(
        accountSid,
        opened.flatMap(({ verification }) => verification.attempts.map(({ sid }) => sid)),
      ),
      tagsOf(opened.map(({ verification: { serviceSid, sid } }) => [serviceSid, sid])),
    ]);
    return opened.map(({ verification, ...rest }) => ({
      verification,
      serviceName: names.get(verification.serviceSid) ?? null,
      ...rest,
      sends: verification.attempts.flatMap(({ sid }) => sends.get(sid) ?? []),
      tags: tags.get(verification.sid) ?? {},
    }));
  }

  async function tagsOf(all: [serviceSid: string, sid: string][]): Promise<Map<string, Tags>> {
    const tags = new Map<string, Tags>();
    if (all.length === 0) return tags;
    const named = padded(all);
    const read = await sql.read(
      `SELECT t.verification_sid, t.sealed FROM (VALUES ${pairs(named)}) AS n CROSS JOIN verification_tags AS t
       WHERE t.service_sid = n.column1 AND t.verification_sid = n.column2 ORDER BY t.place`,
      named.flat(),
    );
    for (const [sid, sealed] of read as [string, string][]) {
      const opened = keys.open(sealed);
      if (opened !== undefined) tags.set(sid, { ...tags.get(sid), ...Object.fromEntries([JSON.parse(opened)]) });
    }
    return tags;
  }

  async function namesOf(sids: readonly string[]): Promise<Map<string, string>> {
    const named = padded([...new Set(sids)]);
    if (named.length === 0) return new Map();
    const text = `SELECT ${services.fieldColumns} FROM services WHERE sid IN (${parameters(named.length)})`;
    return new Map(
      (await sql.read(text, named)).map(services.of).map(({ sid, settings }) => [sid, settings.friendlyName]),
    );
  }

  async function sendsOf(accountSid: string, sids: readonly string[]): Promise<Map<string, Attempt>> {
    const named = padded(sids);
    if (named.length === 0) return new Map();
    const read = await sql.read(
      `SELECT ${attempts.fieldColumns.replaceAll(/\w+/g, "a.$&")}
       FROM (VALUES ${named.map((_, n) => `($${n + 2})`).join(", ")}) AS n
       CROSS JOIN attempts AS a WHERE a.sid = n.column1 AND a.account_sid = $1`,
      [accountSid, ...named],
    );
    return new Map(read.map(attempts.of).map((attempt) => [attempt.sid, attempt]));
  }

  return {
    /** In whichever service of the account. */
    async fetch(accountSid: string, sid: string): Promise<LoggedVerification | undefined> {
      const read = await sql.read(
        `SELECT ${whole} FROM services AS s CROSS JOIN verifications AS v
         WHERE s.account_sid = $1 AND v.service_sid = s.sid AND v.sid = $2`,
        [accountSid, sid],
      );
      return (await shownOf(accountSid, read))[0];
    },
    /** What events tell of one, which is less. */
    async told(accountSid: string, serviceSid: string, sid: string): Promise<ToldVerification | undefined> {
      const text = `SELECT ${whole} FROM verifications AS v WHERE v.service_sid = $1 AND v.sid = $2`;
      const [opened] = openedOf(await sql.read(text, [serviceSid, sid]));
      if (!opened) return undefined;
      const { attempts } = opened.verification;
      const sends = await sendsOf(
        accountSid,
        attempts.map((attempt) => attempt.sid),
      );
      return { ...opened, sends: attempts.flatMap((attempt) => sends.get(attempt.sid) ?? []) };
    },
    /** How often the message of a send was tried by now, and why the last try failed; nothing once it is settled. */
    async waiting({
      serviceSid,
      createdAt,
      sid,
    }: Attempt): Promise<{ tries: number; errorCode: string | null } | undefined> {
      const [row] = await sql.read(
        "SELECT tries, error_code FROM outbox WHERE service_sid = $1 AND created_at = $2 AND attempt_sid = $3",
        [serviceSid, createdAt, sid],
      );
      return row && { tries: row[0] as number, errorCode: row[1] as string | null };
    },
    /** Newest first. */
    async list(
      accountSid: string,
      filter: VerificationFilter,
      request: PageRequest,
      now: number,
      most = examinedMax,
    ): Promise<SparsePage<LoggedVerification>> {
      const { size, from } = request;
      const found: { brief: Brief; place: Place }[] = [];
      let [examined, hasMore, last] = [0, false, from as Place | undefined];
      for await (const { brief, place, isCut } of candidates(accountSid, filter, request, most)) {
        examined += 1;
        const isFit = brief !== undefined && fits(brief, filter, now);
        hasMore = (isFit && found.length === size) || examined > most;
        if (hasMore) break;
        last = place;
        if (isFit) found.push({ brief, place });
        hasMore = isCut ?? false;
      }
      if (from?.direction === "before") found.reverse();
      const read = await loaded(accountSid, found);
      const items = found.flatMap(({ brief, place }) => {
        const each = read.get(brief.sid);
        // By its error one is found by each send that failed so, and shown at the last one that failed at all.
        return each && (filter.errorCode === undefined || lastLost(each.sends)?.sid === place.sid) ? each : [];
      });
      return { items, ...pageBounds({ from, found: found.map(({ place }) => place), last, hasMore }) };
    },
  };
}

/** The last send that failed. */
export function lastLost(sends: readonly Attempt[]): Attempt | undefined {
  return sends.findLast(({ delivery: { status } }) => status === "failed" || status === "undelivered");
}

function fits(
  brief: Brief,
  { status, createdAfter = 0, createdBefore = Infinity, ...filter }: VerificationFilter,
  now: number,
) {
  return (
    (status === undefined || statusAt(brief, now) === status) &&
    brief.createdAt >= createdAfter &&
    brief.createdAt <= createdBefore &&
    (filter.channel ?? brief.channel) === brief.channel &&
    (filter.country ?? brief.country) === brief.country &&
    (filter.serviceSid ?? brief.serviceSid) === brief.serviceSid
  );
}

/** What the sids of a time begin with. */
function sidAt(time: number | undefined, moreMs: number): string | undefined {
  return time === undefined
    ? undefined
    : `VE${Math.max(0, time + moreMs)
        .toString(16)
        .padStart(12, "0")}`;
}

function placeOf(sid: string): Place {
  return { createdAt: Number.parseInt(sid.slice(2, 14), 16), sid };
}

const given = (hash: string | undefined) => (hash === undefined ? [] : [hash]);

/** A condition on `v`. @param at the number of the parameter with the hash */
function hasTag(hash: string | undefined, at: number): string {
  if (hash === undefined) return "";
  return `AND EXISTS (SELECT 1 FROM verification_tags AS t WHERE t.service_sid = v.service_sid AND t.tag_hash = $${at}
    AND t.verification_sid = v.sid)`;
}

/** `($1, $2), ($3, $4)` */
function pairs(items: readonly unknown[]): string {
  return items.map((_, n) => `($${2 * n + 1}, $${2 * n + 2})`).join(", ");
}

/** As many as a power of two, the last one more than once: so that few statements differ. */
function padded<T>(items: readonly T[]): T[] {
  const [last] = items.slice(-1);
  if (last === undefined) return [];
  const length = 2 ** Math.ceil(Math.log2(items.length));
  return [...items, ...Array.from({ length: length - items.length }, () => last)];
}
