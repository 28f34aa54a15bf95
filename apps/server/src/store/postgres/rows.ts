/** What a column holds. What a caller said may have any character, and so travels as JSON. */
export type Kind = "text" | "said" | "number" | "boolean" | "json";

const cast: Record<Kind, string> = {
  text: "",
  said: "::json #>> '{}'",
  // Whatever a column holds is made of it when it is written.
  number: "::bigint",
  boolean: "::boolean",
  json: "::json",
};

/** No text that the server itself makes has one of these, nor has JSON. */
const [absent, betweenRows, betweenValues] = ["\x1d", "\x1e", "\x1f"];

/**
 * Rows that travel as one text. PostgreSQL takes it apart in less time than an object for each row, whose names it would
 * look up one by one, and than an array for each column.
 */
export function rowsOf(columns: Readonly<Record<string, Kind>>) {
  const kinds = Object.values(columns);
  const values = Object.entries(columns).map(([column, kind], index) => `c[${index + 1}]${cast[kind]} AS ${column}`);
  return {
    /** The columns, as a statement lists them. */
    columns: Object.keys(columns).join(", "),
    /** What stands for the rows in a statement. @param parameter the text */
    table: (parameter: string) => `(
      SELECT ${values.join(", ")} FROM unnest(string_to_array(${parameter}, E'\\x1e')) AS r (line)
      CROSS JOIN LATERAL string_to_array(r.line, E'\\x1f', E'\\x1d') AS c OFFSET 0)`,
    /** @param rows values in the order of the columns @throws RangeError for a text that would be taken apart wrongly */
    text: (rows: readonly (readonly unknown[])[]) =>
      rows
        .map((row) => row.map((value, index) => textOf(value, kinds[index] ?? "text")).join(betweenValues))
        .join(betweenRows),
  };
}

function textOf(value: unknown, kind: Kind): string {
  if (value === null || value === undefined) return absent;
  if (typeof value === "object" || kind === "said") return JSON.stringify(value);
  if (typeof value !== "string") return String(value);
  if (value.includes(absent) || value.includes(betweenRows) || value.includes(betweenValues))
    throw new RangeError("A text of rows cannot hold what it is taken apart by.");
  return value;
}
