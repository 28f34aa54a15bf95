import type { PageRequest } from "../kernel/page.ts";
import { examinedMax, type Place } from "../sql/sparse-page.ts";
import type { Sql } from "../sql/text.ts";
import { taggedText } from "../verifications/tags.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { statusAt } from "../verifications/verification.ts";
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

/** What was looked at; nothing more is where it is cut. */
type Candidate = { place: Place; brief?: Brief; isCut?: boolean };

/** By so much the clocks that sids and times are made by may differ. */
const slackMs = 120_000;

/** Makes the function that looks for verifications, in the order of the list, among which are all that fit a filter. */
export function verificationSearch(sql: Sql, rows: { brief: string }, keys: Pick<DayKeys, "hash">) {
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

  return candidates;
}

/** Whether what is found so fits in all but its error, its recipient and its tag. */
export function fits(
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
