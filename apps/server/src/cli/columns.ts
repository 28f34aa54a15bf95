import { onOneLine } from "./terminal.ts";

/** Lines with columns of the same width, each column as wide as its longest cell. Nothing for no rows. */
export function inColumns(head: readonly string[], texts: readonly (readonly string[])[]): string[] {
  if (texts.length === 0) return [];
  const rows = texts.map((row) => row.map(onOneLine));
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
