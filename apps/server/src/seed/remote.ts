import { operationOf, resolve, type Schema } from "@countersign/document";
import { bundledDocument } from "../http/bundled-document.ts";
import { answered, type Item, type Kind, kinds, parametersOf } from "./kinds.ts";
import { type ShownTemplate, writtenTemplates } from "./remote-templates.ts";

/** Calls an operation that reads, on a server anywhere. @returns nothing where it has no such thing */
export type Ask = (
  path: string,
  owners: Record<string, string>,
  query: Record<string, string>,
) => Promise<Item | undefined>;

/** What was read of a server: a seed, and what it has that no file of ours can say. */
export interface Read {
  seed: Item;
  notes: string[];
}

/**
 * Reads what an account of a server has, over all pages.
 * @param isOurs whether it has what the hosted service has not: the safe list's numbers, and what v1 may call
 */
export async function readServer(given: Ask, isOurs: boolean): Promise<Read> {
  const ask = bounded(given);
  const unknown = new Set<string>();
  const notes: string[] = [];
  const [service, safeNumber] = kinds as [Kind, Kind];
  const services = await readAll(ask, service, {}, unknown);
  const seed: Item = { services };
  if (isOurs) {
    await readApplications(ask, services, notes);
    const numbers = await listed(ask, safeNumber, "listSafeNumbers", {});
    const isMasked = numbers.some((number) => number.is_masked === true);
    if (isMasked) notes.push(`${numbers.length} numbers of the safe list: this server masks them.`);
    else if (numbers.length > 0) seed.safe_list = numbers.toReversed().map((number) => itemOf(safeNumber, number));
    const all = await listedAs(ask, "listTemplates", "templates", {});
    const templates = writtenTemplates(all as unknown as ShownTemplate[]);
    if (templates.length > 0) {
      seed.templates = templates;
      notes.push("What the API does not tell of templates: alias, subject, html, and which variables are links.");
    }
  }
  notes.push(...[...unknown].sort().map((name) => `${name}: there is no such setting here.`));
  return { seed, notes };
}

/** All things of a kind with their parts, the oldest first: so they are made, and in the order in which they are listed. */
async function readAll(ask: Ask, kind: Kind, owners: Record<string, string>, unknown: Set<string>): Promise<Item[]> {
  const bodies = await listed(ask, kind, `list${kind.noun}s`, owners);
  const items: Item[] = [];
  for (const body of kind.isNewestFirst ? bodies.toReversed() : bodies) {
    noteUnknown(kind.noun, schemaOf(kind.noun), body, unknown);
    const item = itemOf(kind, body);
    const within = { ...owners, [kind.owner]: String(body.sid) };
    for (const part of kind.parts) {
      const parts = await readAll(ask, part, within, unknown);
      if (parts.length > 0) item[part.list] = parts;
    }
    items.push(item);
  }
  return items;
}

/** What an answer has, by the names of the request that makes such a thing; nothing of what is not set. */
function itemOf({ noun, prefix }: Kind, body: Item): Item {
  const members = Object.entries(parametersOf(`create${noun}`)).flatMap(([name, { type }]) => {
    const value = answered(body, name) ?? "";
    const written = Array.isArray(value) && type !== "array" ? value.join(",") : value;
    return written === "" ? [] : [[name, written] as const];
  });
  return { ...(prefix && { Sid: body.sid }), ...Object.fromEntries(members) };
}

async function readApplications(ask: Ask, services: Item[], notes: string[]): Promise<void> {
  for (const { sid, is_suspended: suspended } of await listedAs(ask, "listConsoleApplications", "applications", {})) {
    const service = services.find(({ Sid }) => Sid === sid);
    if (service) service.application = suspended === true ? { suspended } : {};
  }
  if (services.some(({ application }) => application)) {
    notes.push("Of v1 applications: keys, which are secrets and are made anew; contacts, OneTouch and v1 webhooks.");
  }
}

const listed = (ask: Ask, { list }: Kind, operationId: string, owners: Record<string, string>) =>
  listedAs(ask, operationId, operationId === "listSafeNumbers" ? "safe_numbers" : list, owners);

/** As many as a list of a seed file may have; and all lists together, where a file may have 4 MB. */
const [listedMax, thingsMax] = [10_000, 50_000];

function bounded(ask: Ask): Ask {
  let things = 0;
  return async (...asked) => {
    const page = await ask(...asked);
    const lists = isObject(page) ? Object.values(page).filter(Array.isArray) : [];
    for (const list of lists) things += list.length;
    if (things > thingsMax) throw new Error(`There are more than ${thingsMax} things, and a seed file holds no more.`);
    return page;
  };
}

/**
 * All of a list, each thing once, as what moves to a later page meanwhile is on two. Of the address of a next page only the
 * query counts: it may be given under another host than is called.
 */
async function listedAs(ask: Ask, operationId: string, key: string, owners: Record<string, string>): Promise<Item[]> {
  const { path } = operationOf(bundledDocument, operationId);
  const items = new Map<string, Item>();
  const read = new Set<string>();
  for (let query: Record<string, string> = { PageSize: "1000" }; ; ) {
    const page = await ask(path, owners, query);
    if (page === undefined) break;
    if (!isObject(page)) throw new Error(`${path} answers no page.`);
    const found = page[key];
    if (!Array.isArray(found) || !found.every(isObject)) throw new Error(`${path} answers a page without ${key}.`);
    const before = items.size;
    for (const item of found) items.set(typeof item.sid === "string" ? item.sid : JSON.stringify(item), item);
    if (items.size > listedMax)
      throw new Error(`${path} has more than ${listedMax} ${key}, and a list of a seed file has no more.`);
    const next = isObject(page.meta) ? page.meta.next_page_url : undefined;
    if (!next) break;
    // Every page brings something, so that their number is bounded, too.
    if (items.size === before)
      throw new Error(`The pages of ${path} never end: one has nothing that is new, and names a next one.`);
    read.add(String(new URLSearchParams(query)));
    query = queryIn(String(next));
    if (read.has(String(new URLSearchParams(query))))
      throw new Error(`The pages of ${path} never end: one names a page that was read already.`);
  }
  return [...items.values()];
}

function isObject(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function queryIn(address: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(address.split("?")[1] ?? ""));
}

function schemaOf(noun: string): Schema {
  return resolve<Schema>(bundledDocument, { $ref: `#/components/schemas/${noun}` });
}

/** Names what an answer has that the document does not know, each once for all things of its kind. */
function noteUnknown(name: string, { properties }: Schema, body: Item, unknown: Set<string>): void {
  for (const [part, value] of Object.entries(body)) {
    if (value === null || part === "links" || !properties) continue;
    const known = properties[part];
    if (!known) unknown.add(`${name}.${part}`);
    else if (typeof value === "object" && !Array.isArray(value))
      noteUnknown(
        `${name}.${part}`,
        resolve<Schema>(bundledDocument, known.oneOf?.[0] ?? known),
        value as Item,
        unknown,
      );
  }
}
