import { SaxesParser, type SaxesTagPlain } from "saxes";

/** An XML document as the value that was written. */
interface XmlValue {
  root: string;
  value: unknown;
}

interface Element {
  tag: SaxesTagPlain;
  text: string;
  children: XmlValue[];
}

/**
 * Reads what Rails' `Hash#to_xml` writes: types are in attributes, names have dashes for underscores.
 * @throws when it is not well-formed, or not written so.
 */
export function xmlValue(text: string): XmlValue {
  const parser = new SaxesParser();
  const open: Element[] = [{ tag: { name: "", attributes: {}, isSelfClosing: false }, text: "", children: [] }];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => open.push({ tag, text: "", children: [] }));
  parser.on("text", (part) => {
    const element = open.at(-1);
    if (element) element.text += part;
  });
  parser.on("closetag", ({ name }) => {
    const element = open.pop() as Element;
    open.at(-1)?.children.push({ root: name.replaceAll("-", "_"), value: contentOf(element) });
  });
  parser.write(text).close();
  const [document] = open[0]?.children ?? [];
  if (!document) throw new Error("There is no element.");
  return document;
}

function contentOf({ tag, text, children }: Element): unknown {
  const { type, nil, ...others } = tag.attributes;
  if (Object.keys(others).length > 0) throw new Error(`<${tag.name}> has other attributes than type and nil.`);
  if (nil !== undefined) return null;
  switch (type) {
    case undefined:
      return children.length > 0 || tag.isSelfClosing ? objectOf(children) : text;
    case "array":
      return children.map(({ value }) => value);
    case "integer":
      if (!/^-?\d+$/.test(text)) throw new Error(`<${tag.name}> is no integer.`);
      return Number(text);
    case "boolean":
      if (text !== "true" && text !== "false") throw new Error(`<${tag.name}> is no boolean.`);
      return text === "true";
    default:
      throw new Error(`<${tag.name}> has an unknown type.`);
  }
}

function objectOf(children: XmlValue[]): Record<string, unknown> {
  const value = Object.fromEntries(children.map(({ root, value }) => [root, value]));
  if (Object.keys(value).length < children.length) throw new Error("A name stands twice.");
  return value;
}
