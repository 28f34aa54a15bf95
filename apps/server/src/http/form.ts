import { isUtf8 } from "node:buffer";
import {
  type Media,
  type OpenApiDocument,
  type Requirement,
  readJson,
  readScalar,
  requirementsOf,
  resolve,
  type Schema,
} from "@countersign/document";

/** The parameters that an operation takes in its body or its query. */
export interface Form {
  fields: ReadonlyMap<string, Field>;
  required: readonly Requirement[];
  /** The one that an error names when the fault lies in none of them: the first required one, else the first. */
  first: string;
}

/** How a parameter is written. */
interface Field {
  kind: (typeof kinds)[number] | "string";
  /** Whether it may be repeated. */
  isArray: boolean;
  /** What an empty text is: a value like others, as though nothing were sent, or what unsets what was set before. */
  empty: "value" | "absent" | "unsets";
}

/**
 * What was sent, by the names of the document, with the names that the document lacks; or the name of a parameter that
 * cannot be read, or of the one that stands for the body where nothing of it can. Empty texts that unset stand apart, since the document describes what else may be sent.
 */
export type Parsed =
  | { values: Record<string, unknown>; unset?: Record<string, "">; unknown?: string[] }
  | { faulty: string }
  | { unreadable: string };

export const formType = "application/x-www-form-urlencoded";

/** How many parameters a query or a body may have. */
export const parametersMax = 64;

/** The form of the parameters that are the properties of a schema. */
export function formOfSchema(document: OpenApiDocument, schema: Schema, encoding: Media["encoding"] = {}): Form {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(
    ([name, property]) =>
      [name, fieldOf(document, property, required.includes(name), encoding[name]?.contentType)] as const,
  );
  return { fields: new Map(fields), required: requirementsOf(schema), first: required[0] ?? fields[0]?.[0] ?? "" };
}

const kinds = ["integer", "number", "boolean", "json"] as const;

function fieldOf(document: OpenApiDocument, schema: Schema, isRequired: boolean, contentType?: string): Field {
  const { type, items, "x-empty": empty = "absent" } = resolve<Schema>(document, schema);
  const isArray = type === "array";
  const { type: itemType } = isArray ? resolve<Schema>(document, items ?? {}) : { type };
  const written = contentType === "application/json" || itemType === "object" ? "json" : itemType;
  const kind = kinds.find((kind) => kind === written) ?? "string";
  const isOptionalText = kind === "string" && !isArray && !isRequired;
  return { kind, isArray, empty: isOptionalText ? empty : "value" };
}

/** Makes the function that reads a form body, which must be UTF-8 before and after it is decoded. */
export function createFormReader(form: Form): (body: Buffer) => Parsed {
  return (body) => {
    const text = textOf(body);
    return text === undefined ? { faulty: form.first } : parseForm(text, form);
  };
}

/** The text of a body without the byte order mark that some editors put before it; undefined for what is no UTF-8. */
export function textOf(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString().replace(/^\ufeff/, "") : undefined;
}

/**
 * Reads a form or a query, of which Node lets nothing but ASCII through. Of parameters that the document lacks the names
 * are kept. What does not have the form of its type stays a text, for the validator to refuse it.
 */
export function parseForm(text: string, form: Form): Parsed {
  const values: Record<string, unknown> = {};
  const unknown = new Set<string>();
  let count = 0;
  for (const { name, value } of formPairs(text)) {
    count += 1;
    if (count > parametersMax) return { faulty: form.first };
    const field = name === undefined ? undefined : form.fields.get(name);
    if (name === undefined || value === undefined) return { faulty: field && name ? name : form.first };
    if (!field) unknown.add(name);
    else if (!add(values, name, field, value)) return { faulty: name };
  }
  return { values, unset: takeEmpty(values, form), unknown: [...unknown] };
}

/** Takes out empty texts. Only at the end, since a parameter that comes twice is a fault, be it empty or not. */
function takeEmpty(values: Record<string, unknown>, { fields }: Form): Record<string, ""> {
  const unset: Record<string, ""> = {};
  for (const name of Object.keys(values)) {
    const empty = values[name] === "" ? fields.get(name)?.empty : undefined;
    if (empty === "unsets") unset[name] = "";
    if (empty === "unsets" || empty === "absent") delete values[name];
  }
  return unset;
}

/** @returns whether the parameter could be added. */
function add(values: Record<string, unknown>, name: string, { kind, isArray }: Field, text: string): boolean {
  if (text.includes("\0")) return false;
  const value = kind === "json" ? readJson(text) : readScalar(kind, text);
  const present = values[name];
  if (present === undefined) {
    // A list of objects may come as one JSON array, too.
    values[name] = isArray && !(kind === "json" && Array.isArray(value)) ? [value] : value;
    return true;
  }
  if (!isArray) return false;
  (present as unknown[]).push(value);
  return true;
}

/** The pairs of a form, decoded, with each as it was written. A name or a value that cannot be decoded is undefined. */
export function* formPairs(text: string) {
  for (const written of text.split("&")) {
    if (written === "") continue;
    const equals = written.indexOf("=");
    const name = decoded(equals < 0 ? written : written.slice(0, equals));
    yield { written, name, value: equals < 0 ? "" : decoded(written.slice(equals + 1)) };
  }
}

/**
 * The media type of a body; a form where nothing is said of it. The charset is passed over: forms and JSON have no such
 * parameter (WHATWG, RFC 8259), libraries write what they like into it, and the bytes themselves tell whether they are UTF-8.
 */
export function mediaOf(contentType: string | undefined): string {
  const [media = ""] = (contentType || formType).split(";", 1);
  return media.trim().toLowerCase();
}

/** A name or a value of a form; undefined for what is no percent-encoding of UTF-8. */
export function decoded(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
