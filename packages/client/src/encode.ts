/**
 * Encodes a query or a form body as `application/x-www-form-urlencoded`. Names stay as they are; a list is sent as a
 * repeated field, an object or a list of objects as JSON, a `Date` as ISO 8601 in whole seconds, `true` and `false` as
 * these words; `undefined` and `null` are left out.
 */
export function encodeFields(fields: object): string {
  const encoded = new URLSearchParams();
  for (const [name, value] of entriesOf(fields)) {
    for (const item of Array.isArray(value) && typeof (value[0] ?? "") !== "object" ? value : [value]) {
      if (item != null) encoded.append(name, typeof item === "object" ? encodeValue(item) : item);
    }
  }
  return encoded.toString();
}

/**
 * Fills the `{names}` of a path. Each value is one segment, whatever it contains.
 *
 * @throws TypeError when a value is missing, empty, `.` or `..`: such a request would reach another resource.
 */
export function fillPath(path: string, values: PathValues = {}): string {
  const [start = "", ...parts] = path.split("{");
  let filled = start;
  for (const part of parts) {
    const end = part.indexOf("}");
    const name = part.slice(0, end);
    const segment = encodeURIComponent(values[name] ?? "");
    if (["", ".", ".."].includes(segment)) throw new TypeError(`Path parameter ${name} is "${segment}"`);
    filled += segment + part.slice(end + 1);
  }
  return filled;
}

/** The pairs of an object, and of what lists its own: `Headers`, `URLSearchParams` and `Map` have no properties. */
export function entriesOf(fields: object): ReturnType<typeof Object.entries> {
  return Symbol.iterator in fields ? [...(fields as Iterable<[string, unknown]>)] : Object.entries(fields);
}

/** The values of path parameters, by name. */
export type PathValues = Record<string, string | number | null | undefined>;

function encodeValue(value: object): string {
  return (value as Partial<Date>).toISOString?.().replace(/\.\d+/, "") ?? JSON.stringify(value);
}
