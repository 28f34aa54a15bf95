import type { OperationId } from "@countersign/types";
import type { Fault, Place } from "../kernel/written.ts";
import type { Came, Shown } from "./accounts.ts";
import { isFaulty } from "./file.ts";
import { answered, type Item, isSame, itemsOf, type Kind, membersOf, sidOf } from "./kinds.ts";
import type { Answered, Call } from "./operations.ts";

/** Something that came about, or is otherwise than before. */
export interface Done {
  result: "created" | "changed";
  /** As `rate_limit`. */
  what: string;
  sid: string;
  name: string;
}

/** What things of an account are made by. */
export interface Maker {
  call: Call;
  /** The SID of what is made next. */
  next: { sid: string | undefined };
  /** Makes or changes the application of a service. */
  application: (serviceSid: string, item: Item, at: Place) => Promise<Came>;
  /** By whose names SIDs that follow from names differ, besides those that the path has. */
  owners: readonly string[];
}

/**
 * Makes and changes what a seed file has of things, each as the API would, and notes what the API has against it.
 * @param ofFile what is wrong with the file: what has a fault is passed over, and all else is looked at
 */
export function createApplier(ofFile: readonly Fault[]) {
  const done: Done[] = [];
  const shown: Shown[] = [];
  const faults: Fault[] = [...ofFile];
  const settled = new Set<string>();

  /** What is in one list of the file, and then what is in its parts. @param owners by the names of the path's parameters */
  async function applyAll(kind: Kind, holder: Item, place: Place, maker: Maker, owners: Record<string, string>) {
    for (const [index, item] of itemsOf(holder, kind).entries()) {
      const at = [...place, kind.list, index];
      if (isFaulty(ofFile, at)) continue;
      const sid = await settle(kind, item, at, maker, owners);
      if (sid === undefined) continue;
      const within = { ...owners, [kind.owner]: sid };
      for (const part of kind.parts) await applyAll(part, item, at, maker, within);
      const where = [...at, "application"];
      if (kind.noun === "Service" && item.application !== undefined && !isFaulty(ofFile, where)) {
        const made = maker.application(sid, item.application as Item, where).catch((error: unknown): Came => {
          if (!isTaken(error)) throw error;
          return { faults: [[where, "has a key that is another's"]] };
        });
        take(await made, "application", sid, item);
      }
    }
  }

  /** @returns by what the path of its parts names it; nothing where it is refused */
  async function settle(kind: Kind, item: Item, at: Place, maker: Maker, owners: Record<string, string>) {
    const derived = String(item.Sid ?? sidOf(kind, item, [...maker.owners, ...Object.values(owners)]));
    const found = await find(kind, item, maker.call, owners, derived);
    const name = found ? nameIn(kind, found) : kind.prefix ? derived : String(item[kind.named]);
    const known = [kind.noun, ...maker.owners, ...Object.values(owners), name.toUpperCase()].join();
    if (settled.has(known)) return refuse(at, "is there twice");
    settled.add(known);
    const after = found
      ? await change(kind, item, found, at, maker, owners)
      : await make(kind, item, at, maker, derived, owners);
    return after === undefined ? undefined : nameIn(kind, after);
  }

  async function make(
    kind: Kind,
    item: Item,
    at: Place,
    { call, next }: Maker,
    sid: string,
    owners: Record<string, string>,
  ) {
    const create = `create${kind.noun}` as OperationId;
    next.sid = sid;
    try {
      const answer = await call(create, owners, pick(item, membersOf(create)));
      if (!("value" in answer)) return refuse(at, answer, item);
      note("created", kind, item, answer.value);
      return answer.value;
    } catch (error) {
      // A service's SID is everybody's, and may be that of another account.
      if (!isTaken(error)) throw error;
      return refuse(at, "has a SID that is another's");
    }
  }

  async function change(
    kind: Kind,
    item: Item,
    found: unknown,
    at: Place,
    { call }: Maker,
    owners: Record<string, string>,
  ) {
    const update = `update${kind.noun}` as OperationId;
    const given = pick(item, membersOf(`create${kind.noun}`));
    const other = Object.keys(given).filter(
      (name) => !isSame(given[name], answered(found, name)) && name !== kind.named,
    );
    if (other.length === 0) return found;
    const fixed = other.filter((name) => !membersOf(update).includes(name));
    for (const name of fixed) refuse([...at, name], `cannot be changed: it is ${String(answered(found, name))}`);
    if (fixed.length > 0) return found;
    const answer = await call(update, { ...owners, [kind.named]: nameIn(kind, found) }, pick(given, other));
    if (!("value" in answer)) return refuse(at, answer, item) ?? found;
    note("changed", kind, item, answer.value);
    return answer.value;
  }

  function take({ result, faults: wrong, shown: once }: Came, what: string, sid: string, { FriendlyName }: Item): void {
    faults.push(...wrong);
    if (once) shown.push(once);
    if (result) done.push({ result, what, sid, name: String(FriendlyName) });
  }

  function note(result: Done["result"], { noun, key }: Kind, item: Item, after: unknown): void {
    const what = noun.replace(/\B[A-Z]/g, "_$&").toLowerCase();
    done.push({ result, what, sid: String((after as Item).sid ?? ""), name: String(item[key]) });
  }

  function refuse(at: Place, why: string | Exclude<Answered, { value: unknown }>, item: Item = {}): undefined {
    const member =
      typeof why === "object" && why.parameter !== undefined && why.parameter in item ? [why.parameter] : [];
    faults.push([[...at, ...member], typeof why === "string" ? why : `is refused: ${why.message} (${why.code})`]);
  }

  return { applyAll, take, refuse, done, shown, faults };
}

/** What is there already: by its SID, else by what no two have alike. */
async function find(kind: Kind, item: Item, call: Call, owners: Record<string, string>, sid: string): Promise<unknown> {
  if (kind.noun === "Bucket" && item.Sid === undefined) {
    const listed = await call("listBuckets", owners);
    const buckets = "value" in listed ? (listed.value as { buckets: Item[] }).buckets : [];
    return buckets.find(({ interval }) => interval === item.Interval);
  }
  // A path names a rate limit by either.
  const unnamed = kind.noun === "RateLimit" ? item.UniqueName : sid;
  const name = String(item[kind.named] ?? unnamed);
  const answer = await call(`fetch${kind.noun}` as OperationId, { ...owners, [kind.named]: name });
  return "value" in answer ? answer.value : undefined;
}

function nameIn(kind: Kind, found: unknown): string {
  return String(answered(found, kind.named));
}

function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** Whether a database has something of that key already. */
function isTaken(error: unknown): boolean {
  const { code = "" } = error as { code?: unknown };
  return code === "23505" || String(code).startsWith("SQLITE_CONSTRAINT");
}
