import { isUtf8 } from "node:buffer";

/** The parameters that an operation takes in its body or its query. */
export interface Form {
  fields: ReadonlyMap<string, Field>;
  /** The one that an error names when the fault lies in none of them: the first required one, else the first. */
  first: string;
}

/** How a parameter is written. */
export interface Field {
  kind: "string" | "integer" | "number" | "boolean" | "json";
  /** Whether it may be repeated. */
  isArray: boolean;
}

/** What was sent, by the names of the document, or the name of a parameter that cannot be read. */
export type Parsed = { values: Record<string, unknown> } | { faulty: string };

const parametersMax = 64;
const integer = /^(0|-?[1-9]\d*)$/;
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Reads a form body, which must be UTF-8 before and after it is decoded. */
export function parseBody(body: Buffer, form: Form): Parsed {
  return isUtf8(body) ? parseText(body.toString(), form) : { faulty: form.first };
}

/** Reads a query. Node lets nothing but ASCII through. */
export function parseQuery(query: string, form: Form): Parsed {
  return parseText(query, form);
}

/**
 * Parameters that the document lacks are ignored, whatever their names. What does not have the form of its type stays a
 * text, for the validator to refuse it.
 */
function parseText(text: string, form: Form): Parsed {
  const values: Record<string, unknown> = {};
  let count = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    count += 1;
    if (count > parametersMax) return { faulty: form.first };
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    const field = name === undefined ? undefined : form.fields.get(name);
    if (name === undefined || value === undefined) return { faulty: field && name ? name : form.first };
    if (field && !add(values, name, field, value)) return { faulty: name };
  }
  return { values };
}

/** @returns whether the parameter could be added. */
function add(values: Record<string, unknown>, name: string, { kind, isArray }: Field, text: string): boolean {
  if (text.includes("\0")) return false;
  const value = kind === "string" ? text : read(kind, text);
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

function read(kind: Exclude<Field["kind"], "string">, text: string): unknown {
  switch (kind) {
    case "integer":
      return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case "number":
      return number.test(text) ? Number(text) : text;
    case "boolean":
      return readBoolean(text.toLowerCase()) ?? text;
    case "json":
      return readJson(text);
  }
}

function readBoolean(text: string): boolean | undefined {
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

/**
 * JSON can write texts that are no UTF-8, and a name that would become the object's prototype.
 * @returns the text itself when it cannot be read.
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text, (key, value) => {
      if (key === "__proto__") return undefined;
      if (!isStorable(key) || (typeof value === "string" && !isStorable(value))) throw new SyntaxError("No UTF-8");
      return value;
    });
  } catch {
    return text;
  }
}

function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // No percent-encoding, or none of UTF-8.
    return undefined;
  }
}
