import { type OpenApiDocument, resolve, type Schema, withParts } from "./index.ts";

/**
 * The members of a JSON body by the document's names. What is null or an empty text, and an object without members, counts
 * as not given.
 */
export function givenIn(document: OpenApiDocument, root: Schema, body: object): Record<string, unknown> {
  return (given(body, root, false) ?? {}) as Record<string, unknown>;

  function given(value: unknown, written: Schema, isCamel: boolean): unknown {
    if (value === null || value === "") return undefined;
    const schema = resolve<Schema>(document, written);
    const isBoth = schema["x-camel-case"] ?? isCamel;
    if (Array.isArray(value)) {
      const items = propertyOf(document, schema, "");
      return items ? value.map((item) => given(item, items, isBoth) ?? item) : value;
    }
    if (!isObject(value)) return value;
    const members = Object.entries(value).flatMap(([name, part]) => {
      const known = nameOf(schema, name, isBoth);
      const property = propertyOf(document, schema, known);
      // What nobody knows may be of any depth, and is left as it is.
      if (!property) return isNothing(part) ? [] : [[name, part]];
      const read = (member: unknown) => given(member, property, isBoth);
      // Where a name comes in both spellings, the document's counts, if it says anything.
      if (known !== name && read((value as Record<string, unknown>)[known]) !== undefined) return [];
      const member = read(part);
      return member === undefined ? [] : [[known, member]];
    });
    return members.length > 0 ? Object.fromEntries(members) : undefined;
  }

  /** A name as the document has it. */
  function nameOf(schema: Schema, name: string, isBoth: boolean): string {
    if (!isBoth || propertyOf(document, schema, name)) return name;
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return propertyOf(document, schema, snake) ? snake : name;
  }
}

/** Makes the function that tells which error a fault answers, by the names of the properties that it is in. */
export function createFaultCodes<Otherwise extends number | undefined>(
  document: OpenApiDocument,
  schema: Schema,
  otherwise: Otherwise,
) {
  return (path: readonly string[]): number | Otherwise => {
    let code: number | Otherwise = otherwise;
    let node: Schema | undefined = schema;
    for (const name of path) {
      node = propertyOf(document, node, name);
      if (!node) break;
      code = node["x-invalid"] ?? resolve<Schema>(document, node)["x-invalid"] ?? code;
    }
    return code;
  };
}

/** The schema of a property, or of an item of a list. */
function propertyOf(document: OpenApiDocument, schema: Schema, name: string): Schema | undefined {
  const own = ({ properties = {} }: Schema) => (Object.hasOwn(properties, name) ? properties[name] : undefined);
  return withParts(document, schema)
    .map((part) => own(part) ?? part.items)
    .find(Boolean);
}

function isNothing(value: unknown): boolean {
  return value === null || value === "" || (isObject(value) && Object.keys(value).length === 0);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
