import { createHash } from "node:crypto";
import { operationOf, type RequestBody, resolve, type Schema } from "@countersign/document";
import { bundledDocument } from "../http/bundled-document.ts";
import { snakeCase } from "../kernel/wire.ts";

/** What a seed file has lists of, each of which is made, looked for and changed by the API's own operations. */
export interface Kind {
  /** As answers and the file name the list. */
  list: string;
  /** As in `createRateLimit`. */
  noun: string;
  /** What its SIDs begin with; it is answered none where it is empty. */
  prefix: string;
  /** By which parameter of the path it is fetched, and by which those of its parts name it. */
  named: string;
  owner: string;
  /** The member that no two have alike. */
  key: string;
  /** Whether its list has the newest first. */
  isNewestFirst?: boolean;
  parts: readonly Kind[];
}

const bucket: Kind = {
  list: "buckets",
  noun: "Bucket",
  prefix: "BL",
  named: "Sid",
  owner: "",
  key: "Interval",
  parts: [],
};
const rateLimit: Kind = {
  ...{ list: "rate_limits", noun: "RateLimit", prefix: "RK", named: "Sid", owner: "RateLimitSid", key: "UniqueName" },
  parts: [bucket],
};
const messagingConfiguration: Kind = {
  ...{ list: "messaging_configurations", noun: "MessagingConfiguration", prefix: "", named: "Country", owner: "" },
  ...{ key: "Country", parts: [] },
};
const webhook: Kind = {
  ...{ list: "webhooks", noun: "Webhook", prefix: "YW", named: "Sid", owner: "", key: "FriendlyName" },
  ...{ isNewestFirst: true, parts: [] },
};
export const service: Kind = {
  ...{ list: "services", noun: "Service", prefix: "VA", named: "Sid", owner: "ServiceSid", key: "FriendlyName" },
  parts: [rateLimit, messagingConfiguration, webhook],
};
const safeNumber: Kind = {
  ...{ list: "safe_list", noun: "SafeNumber", prefix: "", named: "PhoneNumber", owner: "", key: "PhoneNumber" },
  parts: [],
};

/** What an account has. */
export const kinds: readonly Kind[] = [service, safeNumber];

/** A thing of the file: its members by the names of requests, its parts by those of lists. */
export type Item = Record<string, unknown>;

/** What one list of the file has, whatever else stands in its place. */
export function itemsOf(holder: Item | null | undefined, { list }: Pick<Kind, "list">): Item[] {
  const items: unknown = holder?.[list];
  return Array.isArray(items) ? items : [];
}

/** Some members of a thing, of those that it has. */
export function pick(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

/** How many things there are, those of all their parts among them. */
export function countOf(holder: Item, kinds: readonly Kind[]): number {
  const counts = kinds.flatMap((kind) => itemsOf(holder, kind).map((item) => 1 + countOf(item, kind.parts)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The parameters that an operation takes in its body, by whose names members are named. */
export function parametersOf(operationId: string): Record<string, Schema> {
  const known = parameters.get(operationId) ?? readParameters(operationId);
  parameters.set(operationId, known);
  return known;
}

export function membersOf(operationId: string): string[] {
  return Object.keys(parametersOf(operationId));
}

/** Those that it must have. */
export function requiredOf(operationId: string): readonly string[] {
  return bodyOf(operationId).required ?? [];
}

const parameters = new Map<string, Record<string, Schema>>();

function readParameters(operationId: string): Record<string, Schema> {
  return bodyOf(operationId).properties ?? {};
}

function bodyOf(operationId: string): Schema {
  const { operation } = operationOf(bundledDocument, operationId);
  const { content } = resolve<RequestBody>(bundledDocument, operation.requestBody ?? { content: {} });
  const [form] = Object.values(content);
  return resolve<Schema>(bundledDocument, form?.schema ?? {});
}

/** What an answer has of a member: `Push.IncludeDate` is `push.include_date`. */
export function answered(body: unknown, member: string): unknown {
  return pathOf(member).reduce<unknown>((part, name) => (part as Item | null | undefined)?.[name], body);
}

/** The names by which an answer has a member, outermost first. */
export function pathOf(member: string): string[] {
  return member.split(".").map((name) => snakeCase(name).replace(/^_/, ""));
}

/** The SID of a thing that nobody gave another: the same everywhere, as it follows from its name and its owners'. */
export function sidOf(
  { prefix, noun, key }: Pick<Kind, "prefix" | "noun" | "key">,
  item: Item,
  owners: readonly string[],
): string {
  const name = ["countersign", noun, ...owners, String(item[key])].join(" ");
  return prefix + createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** Whether what a file says is what there is: as the API writes it down. */
export function isSame(given: unknown, current: unknown): boolean {
  if (Array.isArray(given)) return Array.isArray(current) && sorted(given) === sorted(current);
  if (Array.isArray(current)) return sorted(String(given).split(",")) === sorted(current);
  if (typeof given === "string" && typeof current === "string")
    return given === current || (/^https?:/i.test(given) && URL.canParse(given) && new URL(given).href === current);
  return given === current || (given === "" && (current ?? null) === null);
}

function sorted(items: readonly unknown[]): string {
  const texts = items.map((item) => String(item).trim()).filter((text) => text !== "");
  return JSON.stringify([...new Set(texts)].sort());
}
