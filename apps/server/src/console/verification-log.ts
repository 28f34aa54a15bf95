import type { Attempt } from "../attempts/attempt.ts";
import { sealedAttempts } from "../attempts/store.ts";
import type { PageRequest } from "../kernel/page.ts";
import { services } from "../services/store.ts";
import { examinedMax, type Place, pageBounds, type SparsePage } from "../sql/sparse-page.ts";
import { parameters, type Sql } from "../sql/text.ts";
import type { LoggedFact } from "../verifications/ledger.ts";
import type { Tags } from "../verifications/tags.ts";
import type { DayKeys } from "../verifications/vault.ts";
import type { ToldOfSend, Verification } from "../verifications/verification.ts";
import type { Brief } from "./newest.ts";
import { fits, type VerificationFilter, verificationSearch } from "./verification-search.ts";

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

export type VerificationLog = ReturnType<typeof verificationLog>;

/** What happened to every verification, those that ended included. */
export function verificationLog(sql: Sql, rows: VerificationRows, keys: DayKeys) {
  const attempts = sealedAttempts(keys);
  const candidates = verificationSearch(sql, rows, keys);
  const whole = `${rows.columns}, v.sealed_recipient, v.recipient, v.events`;

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
