import type { OperationId } from "@countersign/types";
import type { Place } from "../kernel/parsed.ts";
import { type Fault, nameOf } from "../kernel/written.ts";
import type { Came, Shown } from "./accounts.ts";
import { isFaulty } from "./file.ts";
import {
  answered,
  type Item,
  isSame,
  itemsOf,
  type Kind,
  membersOf,
  pick,
  requiredOf,
  service,
  sidOf,
} from "./kinds.ts";
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
  /** What is made next gets this SID, and if it is a key, this secret. */
  next: { sid: string | undefined; secret?: string };
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
  /** Where each thing stands first, by its SID, or by what no two of one owner have alike. */
  const settled = new Map<string, Place>();

  /** What is in one list of the file, and then what is in its parts. @param owners by the names of the path's parameters */
  async function applyAll(kind: Kind, holder: Item, place: Place, maker: Maker, owners: Record<string, string>) {
    for (const [index, item] of itemsOf(holder, kind).entries()) {
      const at = [...place, kind.list, index];
      const sid = isFaulty(ofFile, at)
        ? await nameOfFaulty(kind, item, at, maker, owners)
        : await settle(kind, item, at, maker, owners);
      if (sid !== undefined) await applyParts(kind, item, at, maker, { ...owners, [kind.owner]: sid });
      else if (kind.parts.some((part) => itemsOf(item, part).length > 0))
        await applyParts(kind, { ...item, application: undefined }, at, maker, await standIn(kind, maker));
    }
  }

  async function applyParts(kind: Kind, item: Item, at: Place, maker: Maker, owners: Record<string, string>) {
    for (const part of kind.parts) await applyAll(part, item, at, maker, owners);
    const where = [...at, "application"];
    if (kind !== service || item.application === undefined || isFaulty(ofFile, where)) return;
    const sid = String(owners[kind.owner]);
    const made = maker.application(sid, item.application as Item, where).catch((error: unknown): Came => {
      if (!isTaken(error)) throw error;
      return { faults: [[where, "has a key that is another's"]] };
    });
    take(await made, "application", sid, item);
  }

  /** Whose parts the parts of something are looked at as that is refused, so that all is told at once. It is not kept. */
  async function standIn(kind: Kind, maker: Maker): Promise<Record<string, string>> {
    const owners = kind === service ? {} : await standIn(service, maker);
    maker.next.sid = undefined;
    const answer = await maker.call(`create${kind.noun}` as OperationId, owners, { [kind.key]: "Any" });
    if (!("value" in answer)) throw new Error(answer.message);
    return { ...owners, [kind.owner]: nameIn(kind, answer.value) };
  }

  /** What the path of its parts names something that has a fault of its own, if it is there and what names it is right. */
  async function nameOfFaulty(kind: Kind, item: Item, at: Place, maker: Maker, owners: Record<string, string>) {
    const isRight = (name: string) => !isFaulty(ofFile, [...at, name]);
    if (typeof item?.[kind.key] !== "string" || !isRight(kind.key) || !isRight("Sid")) return undefined;
    const found = await find(kind, item, maker.call, owners, sidIn(kind, item, maker, owners));
    return found ? nameIn(kind, found) : undefined;
  }

  /** Whether nothing before it has its SID, or its name where it has none; else it is refused. */
  function isFirst(name: string, at: Place): boolean {
    const first = settled.get(name);
    if (!first) settled.set(name, at);
    else if (nameOf(first.slice(0, -1)) === nameOf(at.slice(0, -1)))
      refuse(at, `is there twice, first as ${nameOf(first)}`);
    else refuse([...at, "Sid"], `is that of ${nameOf(first)}, too`);
    return first === undefined;
  }

  /** @returns by what the path of its parts names it; nothing where it is refused */
  async function settle(kind: Kind, item: Item, at: Place, maker: Maker, owners: Record<string, string>) {
    const derived = sidIn(kind, item, maker, owners);
    const found = await find(kind, item, maker.call, owners, derived);
    const name = found ? nameIn(kind, found) : kind.prefix ? derived : String(item[kind.named]);
    // Countries may be written in either case; SIDs that differ in it are two, as they are on the wire.
    const unnamed = [kind.noun, ...maker.owners, ...Object.values(owners), name.toUpperCase()].join();
    if (!isFirst(kind.prefix ? name : unnamed, at)) return undefined;
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
      const made = await ask(call, create, owners, pick(item, membersOf(create)), at);
      if (made !== undefined) note("created", kind, item, made);
      return made;
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
    const rest = pick(
      given,
      other.filter((name) => !fixed.includes(name)),
    );
    if (Object.keys(rest).length === 0) return found;
    const after = await ask(call, update, { ...owners, [kind.named]: nameIn(kind, found) }, rest, at);
    if (after !== undefined) note("changed", kind, item, after);
    return after ?? found;
  }

  /**
   * Calls an operation, and again without what it refuses and what goes with that, so that all that is refused is told.
   * @returns what it answers in the end; nothing where what it refuses must be there
   */
  async function ask(
    call: Call,
    id: OperationId,
    path: Record<string, string>,
    body: Item,
    at: Place,
  ): Promise<unknown> {
    const answer = await call(id, path, body);
    if ("value" in answer) return answer.value;
    refuse(at, answer, body);
    const groupOf = (name: string) => name.split(".")[0];
    const { parameter } = answer;
    if (parameter === undefined || !(parameter in body) || requiredOf(id).includes(parameter)) return undefined;
    const names = Object.keys(body).filter((name) => groupOf(name) !== groupOf(parameter));
    return await ask(call, id, path, pick(body, names), at);
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

  return { applyAll, take, refuse, isFirst, done, shown, faults };
}

/** The SID that it has, or gets. */
function sidIn(kind: Kind, item: Item, { owners: above }: Maker, owners: Record<string, string>): string {
  return String(item.Sid ?? sidOf(kind, item, [...above, ...Object.values(owners)]));
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

/** Whether a database has something of that key already. */
function isTaken(error: unknown): boolean {
  const { code = "" } = error as { code?: unknown };
  return code === "23505" || String(code).startsWith("SQLITE_CONSTRAINT");
}
