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
