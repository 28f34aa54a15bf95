import { setImmediate as turn } from "node:timers/promises";
import { audit } from "../console/trail.ts";
import { posts, sealedPosts } from "../events/posts.ts";
import type { Author } from "../kernel/handler.ts";
import type { Keeping, Person, Rows } from "../sql/table.ts";
import { parameters, run, type Sql, type Work } from "../sql/text.ts";
import { reportedNumber } from "../v1/phone-reports.ts";
import type { DayKeys } from "../verifications/vault.ts";

/** Whom to erase from an account: by a recipient, by an identity, or by both. */
type Whom = Pick<Person, "accountSid" | "hashesOf"> & { recipient?: string | undefined; identity?: string | undefined };

interface Erasing {
  keys: DayKeys;
  clock: () => number;
  rowsPerStep: number;
  /** Has nobody decide on a recipient's verifications until the transaction ends; absent where nobody could meanwhile. */
  lockRecipient?: ((serviceSids: readonly string[], hash: string) => Work<void>) | undefined;
  /** Writes what is yet to be written of people. */
  before: () => Promise<unknown>;
  /** Called when rows were erased. */
  erased?: (() => Promise<void>) | undefined;
}

/**
 * Makes the function that erases one person from an account, in every table that says to have something of people: in one
 * transaction, with an entry in the trail that names nobody. A verification that is pending ends by it. Whoever comes back
 * is a stranger.
 * @returns how many rows, by what their tables call them
 */
export function createPersonEraser(sql: Sql, tables: readonly Keeping[], erasing: Erasing) {
  const { clock, keys, lockRecipient } = erasing;
  const seek = createSeeker(sql, erasing.rowsPerStep);
  const sealed = sealedPosts(keys);

  /** What no index finds, before anybody is made to wait. */
  async function look(whom: Whom) {
    const { accountSid, hashesOf, recipient = "", identity } = whom;
    const list = (text: string) => sql.read(`${text} WHERE account_sid = $1`, [accountSid]);
    const serviceSids = (await list("SELECT sid FROM services")).map(([sid]) => sid as string);
    const limits = (await list("SELECT service_sid, unique_name FROM rate_limits")) as Person["limits"];
    const hash = recipient && keys.hash(recipient);
    const identityHash = identity ? keys.hash(identity) : "";
    const named = { accountSid, hashesOf, recipient, hash, identityHash, since: clock(), limits };
    const person: Person = { ...named, posts: [], entities: [] };
    const seekIn = async (table: Keeping, rows: Rows, columns?: string) => {
      const owners = table.key[0] === "account_sid" ? [accountSid] : serviceSids;
      return (await Promise.all(owners.map((owner) => seek(table, owner, rows, columns)))).flat();
    };
    const found = new Map<string, unknown[][]>();
    for (const table of tables) {
      const sought = recipient && "sought" in table.person ? table.person.sought?.(person) : undefined;
      if (sought) found.set(table.name, await seekIn(table, sought));
    }
    const sids = new Set(found.get("verifications")?.map(([, sid]) => sid));
    const tells = (payload: { data?: { verification_sid?: string }; entity_identity?: string }) =>
      sids.has(payload.data?.verification_sid) ||
      (recipient !== "" && reportedNumber(payload) === recipient) ||
      (identity !== undefined && payload.entity_identity === identity);
    const all = (await seekIn(posts, { where: "account_sid = $1", values: [accountSid] }, posts.fieldColumns)).map(
      sealed.of,
    );
    person.posts = all.flatMap(({ serviceSid, sid, payload }) => (tells(payload) ? [[serviceSid, sid]] : []));
    return { person, found, serviceSids };
  }

  return async (whom: Whom, by: Author): Promise<Record<string, number>> => {
    await erasing.before();
    const { person, found, serviceSids } = await look(whom);
    const { accountSid, hash } = person;
    const locked = [...new Set(found.get("verifications")?.map(([serviceSid]) => serviceSid as string))];
    const erased = await sql.transact(function* () {
      const counts: Record<string, number> = {};
      if (lockRecipient) yield* lockRecipient(locked, hash);
      if (whom.identity) person.entities = yield* lockedEntities(serviceSids, person.identityHash);
      for (const table of tables.toReversed()) {
        if ("none" in table.person) continue;
        const { as, rows } = table.person;
        counts[as] = yield* deleteRows(table, [...(rows?.(person) ?? []), ...keyed(table, found.get(table.name))]);
      }
      const entry = { accountSid, by, at: clock(), action: "erased", resourceType: "person", before: counts };
      yield* audit(entry);
      return counts;
    });
    await erasing.erased?.();
    return erased;
  };
}

function* deleteRows({ name }: Keeping, all: Rows[]): Work<number> {
  let count = 0;
  for (const { where, values } of all) count += (yield* run(`DELETE FROM ${name} WHERE ${where}`, values)).count;
  return count;
}

function keyed({ key }: Keeping, found: unknown[][] = []): Rows[] {
  return found.map((values) => ({ where: `(${key}) = (${parameters(key.length)})`, values }));
}

/**
 * Makes what looks through all rows of an owner, which is the first column of their key, some at a time: others have their
 * turn in between.
 */
function createSeeker(sql: Sql, rowsPerStep: number) {
  return async ({ name, key }: Keeping, owner: string, { where, values }: Rows, columns = key.join(", ")) => {
    const [first, ...rest] = key;
    const found: unknown[][] = [];
    const bound = (operator: string, at: unknown[] | undefined, next: number) =>
      at ? `AND (${rest}) ${operator} (${parameters(rest.length, next)})` : "";
    for (let last: unknown[] | undefined; ; ) {
      const [end] = await sql.read(
        `SELECT ${rest} FROM ${name} WHERE ${first} = $1 ${bound(">", last, 2)}
         ORDER BY ${rest} LIMIT 1 OFFSET ${rowsPerStep - 1}`,
        [owner, ...(last ?? [])],
      );
      const next = values.length + 2;
      const bounds = bound(">", last, next) + bound("<=", end, next + (last?.length ?? 0));
      const text = `SELECT ${columns} FROM ${name} WHERE ${where} AND ${first} = $${next - 1} ${bounds}`;
      found.push(...(await sql.read(text, [...values, owner, ...(last ?? []), ...(end ?? [])])));
      if (!end) return found;
      last = end;
      await turn();
    }
  };
}

/** The entities of an identity in some services, locked in the order of these. */
function* lockedEntities(serviceSids: readonly string[], identityHash: string): Work<Person["entities"]> {
  const found: Person["entities"] = [];
  for (const serviceSid of serviceSids.toSorted()) {
    const text = "SELECT sid FROM entities WHERE service_sid = $1 AND identity_hash = $2 FOR UPDATE";
    const { rows } = yield* run(text, [serviceSid, identityHash]);
    for (const [sid] of rows) found.push([serviceSid, String(sid)]);
  }
  return found;
}
