/** What is longer is broken into several. */
export const lineWidth = 64;
const source = Symbol("source");

/** A piece of code that stands in a literal as it is. */
export function code(text: string): object {
  return { [source]: text };
}

/**
 * Writes a value as TypeScript, on one line where it fits.
 * @param indent the spaces in front of the line that the value begins on.
 * @param column where on that line it begins.
 */
export function literal(value: unknown, indent = 0, column = indent): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (source in value) return String(value[source]);
  if (Array.isArray(value)) {
    return list(
      ["[", "]"],
      value.map((item) => literal(item, indent + 2)),
      indent,
      column,
    );
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => {
      const name = /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
      return `${name}: ${literal(member, indent + 2, indent + 4 + name.length)}`;
    });
  return list(["{ ", " }"], members, indent, column);
}

function list([open, close]: [string, string], items: string[], indent: number, column: number): string {
  const line = `${open}${items.join(", ")}${close}`;
  if (column + line.length <= lineWidth && !line.includes("\n")) return line;
  const inner = " ".repeat(indent + 2);
  return `${open.trim()}\n${items.map((item) => `${inner}${item},\n`).join("")}${" ".repeat(indent)}${close.trim()}`;
}
