import { SaxesParser } from "saxes";
import type { Pair } from "./parameters.ts";

const depthMax = 8;

interface Element {
  /** As Rails names a parameter: `country_code`, `events[]`, `details[account]`; null for the root. */
  name: string | null;
  tag: string;
  text: string;
  isList: boolean;
  isNull: boolean;
  hasChildren: boolean;
}

/**
 * Reads an XML body as Rails does: each element below the root is a parameter, whatever the root is called; an item of a
 * list has the list's name in the singular. Attributes but `nil` and `type="array"` tell nothing.
 * @returns undefined for what is not well-formed, or declares a document type: entities are the five of XML alone, so
 *   that nothing is expanded and nothing is fetched.
 */
export function parseV1Xml(text: string): Pair[] | undefined {
  const pairs: Pair[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("xmldecl", ({ encoding = "utf-8" }) => {
    if (!/^utf-?8$/i.test(encoding)) refuse();
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length === depthMax) refuse();
    const parent = open.at(-1);
    if (parent) parent.hasChildren = true;
    const tag = name.replaceAll("-", "_");
    const isList = attributes.type === "array";
    open.push({
      name: nameIn(parent, tag),
      tag,
      text: "",
      isList,
      isNull: attributes.nil === "true",
      hasChildren: false,
    });
  });
  const addText = (part: string) => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop();
    if (!element || element.name === null || element.hasChildren || element.isNull || element.isList) return;
    pairs.push([element.name, element.text]);
  });
  try {
    parser.write(text).close();
    return pairs;
  } catch (error) {
    if (error instanceof RefusedXmlError) return undefined;
    throw error;
  }
}

class RefusedXmlError extends Error {}

function refuse(): never {
  throw new RefusedXmlError();
}

function nameIn(parent: Element | undefined, tag: string): string | null {
  if (!parent) return null;
  if (parent.name === null) return tag;
  return parent.isList || `${tag}s` === parent.tag ? `${parent.name}[]` : `${parent.name}[${tag}]`;
}

/**
 * A v1 body as Rails' `Hash#to_xml` writes it: dasherised names, a `type` on what is no string, `nil` on null. Errors have
 * the root `<errors>`, all else `<hash>`.
 */
export function v1Xml(body: object): string {
  const root = "error_code" in body ? "errors" : "hash";
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, body, "")}`;
}

function element(name: string, value: unknown, indent: string): string {
  const tag = name.replaceAll("_", "-");
  if (value === null) return `${indent}<${tag} nil="true"/>\n`;
  if (typeof value !== "object") return `${indent}<${tag}${typeOf(value)}>${escapeXml(String(value))}</${tag}>\n`;
  const isList = Array.isArray(value);
  const children: [string, unknown][] = isList ? value.map((item) => [singular(name), item]) : Object.entries(value);
  const open = `${tag}${isList ? ' type="array"' : ""}`;
  if (children.length === 0) return `${indent}<${open}/>\n`;
  const inner = children.map(([key, child]) => element(key, child, `${indent}  `)).join("");
  return `${indent}<${open}>\n${inner}${indent}</${tag}>\n`;
}

function typeOf(value: unknown): string {
  if (typeof value === "boolean") return ' type="boolean"';
  return typeof value === "number" ? ' type="integer"' : "";
}

function singular(name: string): string {
  return name.replace(/s$/, "");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML 1.0 has no way to write is left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
