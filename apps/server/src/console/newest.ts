import type { Sql } from "../sql/text.ts";
import type { Verification } from "../verifications/verification.ts";

/** What of a verification tells whether somebody looks for it. */
export interface Brief extends Pick<Verification, "serviceSid" | "sid" | "createdAt" | "channel" | "country"> {
  status: Verification["status"];
  expiresAt: number;
}

interface Walk {
  accountSid: string;
  serviceSid: string | undefined;
  isNewestFirst: boolean;
  /** The keyed hash of a tag that they have. */
  tagHash: string | undefined;
  /** It begins behind this sid. */
  beyond: string;
  /** About how many are wanted. */
  size: number;
  /** How many rows may be looked at; to begin with a service takes as long as some rows. */
  most: number;
}

interface Stream {
  serviceSid: string;
  /** What comes next is the last of them. */
  rows: Brief[];
  /** The sid of what comes next, or before it where that is not read yet. */
  next: string;
  /** The last sid that was read. */
  beyond: string;
  /** How many are read next: of a service that has few in that time, few are read ahead. */
  limit: number;
  isDone: boolean;
}

/** So many services are read from at once, and at most so many rows; the one takes as long as so many of the other. */
const [streamsMax, rowsMax, rowsPerStream] = [64, 8_192, 8];

/**
 * The verifications of an account in the order of their sids, which begin with the time. Each service has its own in that
 * order: what is next in each is found at once, and only those that come first are read on.
 * @returns undefined at the end of what may be looked at, where there may be more
 * @param columns of a `Brief`, from the table `v`
 */
export async function* newest(sql: Sql, columns: string, walk: Walk): AsyncGenerator<Brief | undefined> {
  const { accountSid, serviceSid, tagHash, isNewestFirst, beyond } = walk;
  const [end, operator, order] = isNewestFirst ? ["max", "<", "DESC"] : ["min", ">", "ASC"];
  const isFirst = (one: string, other: string) => (isNewestFirst ? one > other : one < other);
  const byNext = (one: Stream, other: Stream) => (isFirst(one.next, other.next) ? -1 : 1);
  // Those with a tag are found in its index, in the same order.
  const tag = tagHash === undefined ? [] : [tagHash];
  const [table, sid] = tagHash === undefined ? ["verifications", "v.sid"] : ["verification_tags", "v.verification_sid"];
  const range = (service: string, beyond: string, tagAt: number) =>
    `FROM ${table} AS v WHERE v.service_sid = ${service} AND ${sid} ${operator} ${beyond}
     ${tagHash === undefined ? "" : `AND v.tag_hash = $${tagAt}`}`;
  const named = serviceSid === undefined ? [] : [serviceSid];
  const heads = await sql.read(
    `SELECT s.sid, (SELECT ${end}(${sid}) ${range("s.sid", "$2", 3 + named.length)})
     FROM services AS s WHERE s.account_sid = $1${serviceSid === undefined ? "" : " AND s.sid = $3"}`,
    [accountSid, beyond, ...named, ...tag],
  );
  let streams = (heads as [string, string | null][]).flatMap(([serviceSid, next]): Stream[] =>
    next === null ? [] : [{ serviceSid, next, beyond, rows: [], limit: 0, isDone: false }],
  );
  streams.sort(byNext);
  const first = Math.max(4, Math.ceil(walk.size / streams.length));
  let looked = 0;

  const one = (index: number, count: number) => {
    const from = range(`$${3 * index + 1}`, `$${3 * index + 2}`, 3 * count + 1);
    const some = (columns: string) => `SELECT ${columns} ${from} ORDER BY ${sid} ${order} LIMIT $${3 * index + 3}`;
    if (tagHash === undefined) return `SELECT * FROM (${some(columns)}) AS s${index}`;
    return `SELECT * FROM (SELECT ${columns} FROM (${some("v.service_sid, v.verification_sid")}) AS t
      CROSS JOIN verifications AS v WHERE v.service_sid = t.service_sid AND v.sid = t.verification_sid) AS s${index}`;
  };

  async function readOn(): Promise<void> {
    const empty = streams.slice(0, streamsMax).filter(({ rows }) => rows.length === 0);
    // Few numbers of them, so that few statements differ.
    const chosen = empty.slice(0, 2 ** Math.floor(Math.log2(empty.length)));
    for (const stream of chosen) {
      stream.limit = Math.min(Math.max(first, stream.limit * 4), Math.floor(rowsMax / chosen.length));
    }
    const text = chosen.map((_, index) => one(index, chosen.length)).join(" UNION ALL ");
    const bounds = chosen.flatMap(({ serviceSid, beyond, limit }) => [serviceSid, beyond, limit]);
    const read = (await sql.read(text, [...bounds, ...tag]))
      .map(briefOf)
      .sort((a, b) => (isFirst(a.sid, b.sid) ? 1 : -1));
    looked += read.length + chosen.length * rowsPerStream;
    const byService = new Map(chosen.map(({ serviceSid }) => [serviceSid, [] as Brief[]]));
    for (const row of read) byService.get(row.serviceSid)?.push(row);
    for (const stream of chosen) {
      stream.rows = byService.get(stream.serviceSid) ?? [];
      stream.isDone = stream.rows.length < stream.limit;
      stream.next = stream.rows.at(-1)?.sid ?? stream.next;
      stream.beyond = stream.rows[0]?.sid ?? stream.beyond;
    }
    streams = streams.filter(({ rows, isDone }) => rows.length > 0 || !isDone).sort(byNext);
  }

  for (let next = streams[0]; next; next = streams[0]) {
    const row = next.rows.pop();
    if (!row) {
      if (looked >= walk.most) {
        yield undefined;
        return;
      }
      await readOn();
      continue;
    }
    yield row;
    const { rows, isDone } = next;
    next.next = rows.at(-1)?.sid ?? row.sid;
    streams.shift();
    if (rows.length > 0 || !isDone) streams.splice(placeOf(streams, next.next, isFirst), 0, next);
  }
}

export function briefOf(row: readonly unknown[]): Brief {
  const [serviceSid, sid, createdAt, status, channel, country, expiresAt] = row;
  return { serviceSid, sid, createdAt, status, channel, country, expiresAt } as Brief;
}

/** Where something stands among others that are in order: before those that come after it. */
function placeOf(streams: readonly Stream[], next: string, isFirst: (one: string, other: string) => boolean): number {
  let [low, high] = [0, streams.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isFirst(streams[middle]?.next ?? "", next)) low = middle + 1;
    else high = middle;
  }
  return low;
}
