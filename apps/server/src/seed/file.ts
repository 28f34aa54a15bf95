import { resolve } from "node:path";
import schema from "@countersign/spec/seed.schema.json" with { type: "json" };
import type { Place } from "../kernel/parsed.ts";
import { createReader, type Fault, readWritten, type Unread } from "../kernel/written.ts";
import { readTemplates, templatesOf } from "../templates/file.ts";
import type { WrittenTemplate } from "../templates/rules.ts";
import type { Template } from "../templates/template.ts";
import { type Item, itemsOf, service } from "./kinds.ts";

/** What a server is to begin with, as its file has it. */
export interface Seed {
  /** What is of the account that is seeded, and of others. */
  own: Item;
  accounts: readonly Item[];
  templates: readonly Template[];
  /** What is wrong with the file alone; what lies in such a place is not what it must be. */
  faults: readonly Fault[];
  tell: (faults: readonly Fault[]) => string[];
}

/** Reads a seed file. @returns why it cannot be read, with its name */
export function readSeed(path: string): Seed | Unread {
  const named = (problems: string[]) => problems.map((problem) => `${path}: ${problem}`);
  const seed = readWritten(path, (source, at) => parseSeed(source, at, (other) => resolve(path, "..", other)));
  if ("problems" in seed) return { problems: named(seed.problems) };
  return { ...seed, tell: (faults) => named(seed.tell(faults)) };
}

/**
 * Reads JSON or YAML.
 * @param at when it was written
 * @param beside where a file lies that it names
 */
export function parseSeed(source: string, at: number, beside: (path: string) => string): Seed | Unread {
  const file = read(source);
  if ("problems" in file) return file;
  const { value, faults, tell } = file;
  // What has a fault of its own has no other.
  const isRight = (name: string) => !faults.some(([[first]]) => first === undefined || first === name);
  const own = (isRight("") && value !== null && typeof value === "object" ? value : {}) as Item;
  const templates = isRight("templates") ? templatesIn(own.templates, at, beside) : { templates: [], faults: [] };
  const accounts = Array.isArray(own.accounts) ? (own.accounts as Item[]) : [];
  return { own, accounts, templates: templates.templates, faults: [...faults, ...templates.faults], tell };
}

const read = createReader(schema);

function templatesIn(written: unknown, at: number, beside: (path: string) => string) {
  if (typeof written !== "string") return templatesOf((written ?? []) as WrittenTemplate[], at);
  const { templates, problems } = readTemplates(beside(written));
  return {
    templates,
    faults: problems.map((problem): Fault => [["templates"], `names a file: ${problem.replace(/\.$/, "")}`]),
  };
}

/** The SMS routes that messaging configurations name. */
export function routesIn({ own, accounts }: Pick<Seed, "own" | "accounts">): string[] {
  const services = [own, ...accounts].flatMap((holder) => itemsOf(holder, service));
  const named = services.flatMap((each) => itemsOf(each, { list: "messaging_configurations" }));
  const sids = named.map((each: Item | null) => each?.MessagingServiceSid);
  return [...new Set(sids.filter((sid) => typeof sid === "string"))];
}

/** Whether something in a place is not as it must be; what is of one of its parts says nothing of itself. */
export function isFaulty(faults: readonly Fault[], place: Place): boolean {
  return faults.some(([faulty]) => {
    const isThere = faulty.every((part, index) => index >= place.length || String(part) === String(place[index]));
    return isThere && !parts.has(String(faulty[place.length]));
  });
}

const parts = new Set(["services", "safe_list", "rate_limits", "buckets", "messaging_configurations", "webhooks"]);
parts.add("application").add("keys");
