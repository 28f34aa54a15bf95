import fc from "fast-check";

export type Pair = [name: string, text: string];

/** A body and the type that it has. */
interface GeneratedBody {
  type: string;
  payload: Buffer;
}

const formType = "application/x-www-form-urlencoded";

/** Parameters in a query, and now and then what no query ends with. */
export function encodedQuery(pairs: fc.Arbitrary<Pair[]>): fc.Arbitrary<string> {
  return fc.tuple(pairs, spaces, mostlyNothing(strangeEnds)).map(([pairs, space, end]) => encode(pairs, space) + end);
}

/** Parameters in one of the given media types, and now and then what is none of it. */
export function encodedBody(types: string[], pairs: fc.Arbitrary<Pair[]>): fc.Arbitrary<GeneratedBody> {
  const encoded = types.map((type) =>
    fc
      .tuple(pairs, spaces, fc.boolean(), mostlyNothing(["\xff", ...strangeEnds]))
      .map(([pairs, space, isTyped, end]) => Buffer.from(write[type]?.(pairs, space, isTyped) + end, "latin1"))
      .map((payload) => ({ type, payload })),
  );
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
  const other = fc.tuple(fc.constantFrom(...types), fc.oneof(random, json));
  return fc.oneof(
    { weight: 14, arbitrary: fc.oneof(...encoded) },
    { weight: 1, arbitrary: other.map(([type, payload]) => ({ type, payload })) },
  );
}

const strangeEnds = ["%ff", "%", "%c3", "&", "&&=", "=", "%00"];
const spaces = fc.constantFrom("%20", "+");

function mostlyNothing(others: string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** By media type, as Latin-1 texts of UTF-8. */
const write: Record<string, (pairs: Pair[], space: string, isTyped: boolean) => string> = {
  [formType]: encode,
  "application/json": (pairs, _, isTyped) => latin1(JSON.stringify(objectOf(pairs, isTyped))),
  "application/xml": (pairs, _, isTyped) => latin1(xmlOf(pairs, isTyped)),
};

function encode(pairs: Pair[], space: string): string {
  const form = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  return form.replaceAll("%20", space);
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** What is repeated becomes a list. */
function objectOf(pairs: Pair[], isTyped: boolean): Record<string, unknown> {
  const lists = new Map<string, unknown[]>();
  for (const [name, text] of pairs) {
    const value = isTyped && /^(true|false|[1-9]\d{0,14})$/.test(text) ? JSON.parse(text) : text;
    lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...lists].map(([name, list]) => [name, list.length > 1 || name.endsWith("[]") ? list : list[0]]),
  );
}

/** Not well-formed for names and texts that XML does not have. */
function xmlOf(pairs: Pair[], hasDashes: boolean): string {
  const elements = pairs.map(([name, text]) => {
    const tag = hasDashes ? name.replaceAll("_", "-") : name;
    return `<${tag}>${text.replace(/[&<]/g, (character) => `&#${character.charCodeAt(0)};`)}</${tag}>`;
  });
  return `<hash>${elements.join("")}</hash>`;
}
