import { isObject, readJson, readScalar } from "@countersign/document";
import type { Schema } from "./routes.ts";

/** Parameters as they came, by name. A form's values are strings; a JSON body's are what JSON makes of them. */
export type Values = Map<string, unknown[]>;

/** What cannot be read: bad percent-encoding, bytes that are no UTF-8, bad JSON or XML, an unknown media type. */
export interface Malformed {
  /** The parameter or header at fault, as a message can name it. */
  parameter: string;
  isEncoding: boolean;
}

/** The parameters that could be read, and the first fault if there was one. */
export interface Parsed {
  values: Values;
  malformed?: Malformed;
}

/** What is at fault in a body of a type that is not read. */
export const otherType = "Content-Type";

export const form = "application/x-www-form-urlencoded";

/** Reads a query or a form. `+` is a space. */
export function parseForm(text: string): Parsed {
  const values: Values = new Map();
  let malformed: Malformed | undefined;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const [rawName = "", ...rest] = pair.split("=");
    const name = percentDecoded(rawName);
    const value = percentDecoded(rest.join("="));
    const isEncoding = name === undefined || value === undefined;
    if (isEncoding || value.includes("\0")) malformed ??= { parameter: name ?? rawName, isEncoding };
    else add(values, name, value);
  }
  return { values, ...(malformed && { malformed }) };
}

/**
 * Reads a body by its `Content-Type`; without one it is a form.
 * @param accepts the media types that the operation documents.
 * @param given what of a JSON body counts as given, under the document's names.
 */
export function parseBody(
  body: Uint8Array,
  contentType: string | undefined,
  accepts: string[],
  given: (body: object) => object = (body) => body,
): Parsed {
  if (body.length === 0) return { values: new Map() };
  const mediaType = (contentType || form).split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!accepts.includes(mediaType)) return broken(otherType);
  const text = utf8Decoded(body);
  if (text === undefined) return broken("body", { isEncoding: true });
  if (mediaType === form) return parseForm(text);
  return mediaType === "application/json" ? parseJson(text, given) : parseXml(text);
}

function add(values: Values, name: string, value: string): void {
  const known = values.get(name);
  if (known) known.push(value);
  else values.set(name, [value]);
}

function broken(parameter: string, { isEncoding } = { isEncoding: false }): Parsed {
  return { values: new Map(), malformed: { parameter, isEncoding } };
}

/** One parameter's value as its schema wants it. What does not fit stays as it came, for the schema to refuse. */
export function coerce(schema: Schema, values: unknown[]): unknown {
  const types = [schema.type ?? []].flat();
  // A list of objects may come as one JSON array, too.
  if (types.includes("array")) return values.flat().flatMap((value) => coerceOne(schema.items ?? {}, value));
  return values.length === 1 ? coerceOne(schema, values[0]) : values;
}

function coerceOne(schema: Schema, value: unknown): unknown {
  const types = [schema.type ?? []].flat();
  if (types.includes("string") && typeof value === "number") return String(value);
  if (typeof value !== "string") return value;
  return types.includes("object") ? readJson(value) : readScalar(types[0], value);
}

function parseJson(text: string, given: (body: object) => object): Parsed {
  const body = readJson(text);
  if (!isObject(body)) return broken("body");
  return { values: new Map(Object.entries(given(body)).map(([name, value]) => [name, [value]])) };
}

/** The flat XML that legacy clients send: one element a parameter inside a root of any name, names dasherised. */
function parseXml(text: string): Parsed {
  const root = /^(?:<\?xml[^>]*\?>\s*)?<([\w-]+)>(.*)<\/\1>$/s.exec(text.trim());
  if (!root) return broken("body");
  const values: Values = new Map();
  for (const [, name = "", value = ""] of (root[2] ?? "").matchAll(/<([\w-]+)[^<>]*>([^<]*)<\/\1>/g)) {
    add(values, name.replaceAll("-", "_"), unescapeXml(value));
  }
  return { values };
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] as string);
}

export function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function utf8Decoded(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}
