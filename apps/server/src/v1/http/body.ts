import type { IncomingMessage } from "node:http";
import { formPairs, mediaOf, parametersMax, textOf } from "../../http/form.ts";
import { queryOf } from "../../http/request-url.ts";
import { accepted, type Outcome, refused } from "../../kernel/refusal.ts";
import type { Pair } from "./parameters.ts";
import { parseV1Xml } from "./xml.ts";

type Unreadable = "60002" | "60005";

const depthMax = 8;

/**
 * Reads the parameters of a v1 request wherever they are, as they came: those of the query, then those of the body, which
 * is a form, JSON or XML.
 * @returns 60005 for bytes that are no UTF-8, 60002 for everything else that cannot be read.
 */
export function readV1Pairs(request: IncomingMessage, bytes: Buffer): Outcome<V1Pairs, Unreadable> {
  const query = parseForm(queryOf(request));
  if (!query.ok) return query;
  const body = readBodyPairs(request.headers["content-type"], bytes);
  if (!body.ok) return body;
  if (query.value.length + body.value.length > parametersMax) return refused("60002");
  const hasNull = [...query.value, ...body.value].some((pair) => pair.join("").includes("\0"));
  return hasNull ? refused("60002") : accepted({ query: query.value, body: body.value });
}

interface V1Pairs {
  query: Pair[];
  body: Pair[];
}

/** Where a name stands in both places, the body wins on `POST`, and the query on every other method. */
export function mergedPairs({ query, body }: V1Pairs, method: string): Pair[] {
  const [winning, other] = method === "POST" ? [body, query] : [query, body];
  const names = new Set(winning.map(([name]) => name));
  return [...winning, ...other.filter(([name]) => !names.has(name))];
}

function readBodyPairs(contentType: string | undefined, bytes: Buffer): Outcome<Pair[], Unreadable> {
  if (bytes.length === 0) return accepted([]);
  const parse = parsers.get(mediaOf(contentType));
  if (!parse) return refused("60002");
  const text = textOf(bytes);
  return text === undefined ? refused("60005") : parse(text);
}

const parsers = new Map<string, (text: string) => Outcome<Pair[], Unreadable>>([
  ["application/x-www-form-urlencoded", parseForm],
  ["application/json", parseJson],
  ["application/xml", parseXml],
  ["text/xml", parseXml],
]);

function parseForm(text: string): Outcome<Pair[], Unreadable> {
  const pairs: Pair[] = [];
  for (const { written, name, value } of formPairs(text)) {
    if (name === undefined || value === undefined) return refused(isPercentEncoded(written) ? "60005" : "60002");
    pairs.push([name, value]);
  }
  return accepted(pairs);
}

/** Whether every `%` has its two digits, so that what cannot be decoded is no UTF-8. */
export function isPercentEncoded(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}

function parseJson(text: string): Outcome<Pair[], Unreadable> {
  const pairs: Pair[] = [];
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) return refused("60002");
    for (const [name, value] of Object.entries(body)) flatten(pairs, name, value, 1);
  } catch (error) {
    if (error instanceof SyntaxError) return refused("60002");
    throw error;
  }
  // JSON can write halves of characters, which no UTF-8 has.
  return pairs.some((pair) => /\p{Cs}/u.test(pair.join(" "))) ? refused("60005") : accepted(pairs);
}

/** Writes what is nested as a form writes it: `events[]=…`, `details[account]=…`. */
function flatten(pairs: Pair[], name: string, value: unknown, depth: number): void {
  if (depth > depthMax || pairs.length > parametersMax) throw new SyntaxError("The body is too deep or too long");
  if (value === null) return;
  if (typeof value !== "object") {
    pairs.push([name, String(value)]);
  } else if (Array.isArray(value)) {
    for (const item of value) flatten(pairs, name.endsWith("[]") ? name : `${name}[]`, item, depth + 1);
  } else {
    for (const [key, part] of Object.entries(value)) flatten(pairs, `${name}[${key}]`, part, depth + 1);
  }
}

function parseXml(text: string): Outcome<Pair[], Unreadable> {
  const pairs = parseV1Xml(text);
  return pairs ? accepted(pairs) : refused("60002");
}
