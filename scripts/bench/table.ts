import type { Findings, Reach } from "./figures.ts";

/** What a part found, for a terminal: a line for each work and unit, then what was promised. */
export function tableOf({ figures, reaches }: Findings): string {
  const rows = new Map<string, string[]>();
  for (const { work, unit, of, median } of figures) {
    const name = `${work}, ${unit}`;
    rows.set(name, [...(rows.get(name) ?? []), `${of} ${numberText(median)}`]);
  }
  const width = Math.max(...[...rows.keys()].map((name) => name.length));
  const lines = [...rows].map(([name, cells]) => `${name.padEnd(width)}  ${cells.join(" | ")}`);
  const judged = reaches.map(
    (each) =>
      `${each.isMet ? "met    " : "NOT MET"}  ${each.work}, ${each.what}: ${valueText(each)} (${limitText(each)})`,
  );
  return [...lines, "", ...judged].join("\n");
}

/** Three digits that count, and thousands apart. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 3 });
}

export function valueText({ value, unit }: Reach): string {
  return `${numberText(value)}${unit === "x" ? "x" : ` ${unit}`}`;
}

export function limitText({ least, most, unit }: Reach): string {
  const suffix = unit === "x" ? "x" : ` ${unit}`;
  return least === undefined ? `at most ${most}${suffix}` : `at least ${least}${suffix}`;
}
