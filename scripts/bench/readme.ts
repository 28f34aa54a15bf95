import type { Reach } from "./figures.ts";
import type { Results } from "./results.ts";
import { limitText, valueText } from "./table.ts";

const end = "<!-- until here -->";

/** The README with the results in the place that is marked for them. @throws Error when there is no such place */
export function readmeWith(readme: string, results: Results): string {
  return textWith(readme, sectionOf(results));
}

/** The operator's guide with what the guard stops and refuses. @throws Error when there is no place that is marked for it */
export function guideWith(guide: string, { parts }: Results): string {
  return textWith(guide, padded([...heading, ...rowsOf(parts.pumping?.reaches ?? [])]).join("\n"));
}

/** @param place which of several places it is. @throws Error when there is no such place */
export function textWith(text: string, section: string, place = "this"): string {
  const begin = `<!-- npm run bench writes ${place} -->`;
  const before = text.indexOf(begin);
  const after = text.indexOf(end, before);
  if (before < 0 || after < 0) throw new Error(`There has to be a line "${begin}" and, after it, "${end}".`);
  return `${text.slice(0, before + begin.length)}\n\n${section}\n\n${text.slice(after)}`;
}

const heading = [
  ["", "Measured", "Aim"],
  ["", "", ""],
];

function sectionOf({ machine, parts }: Results): string {
  const rows = Object.values(parts).flatMap(({ reaches }) => rowsOf(reaches));
  return [
    "![Bars of the figures below](scripts/bench/chart.svg)",
    "",
    `${measuredOf({ machine, parts })} The load is made on the same machine.`,
    "",
    ...padded([...heading, ...rows]),
  ].join("\n");
}

/** When and on what it was measured. */
export function measuredOf({ machine, parts }: Results): string {
  const { cpu, cores, memoryGb, node, platform } = machine;
  const days = [
    ...new Set(Object.values(parts).map(({ date, runs }) => `${date}, medians of ${runs} runs`)),
  ].toSorted();
  return `${days.join("; ")}: ${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}.`;
}

/** One row for what was measured more than once with the same aim. */
function rowsOf(reaches: Reach[]): string[][] {
  const groups = new Map<string, Reach[]>();
  for (const each of reaches) {
    const name = `${each.work.split(", ")[0]}: ${each.what}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups].map(([name, group]) => {
    const values = group.map((each) => {
      const detail = each.work.split(", ")[1];
      const text = group.length > 1 ? `${valueText(each)} at ${detail}` : valueText(each);
      return each.isMet ? text : `**${text}**`;
    });
    return [name, values.join(", "), limitText(group[0] as Reach)];
  });
}

/** A Markdown table whose columns line up; its second row is the rule. */
export function padded(rows: string[][]): string[] {
  const widths = (rows[0] ?? [])
    .map((_, index) => index)
    .map((index) => Math.max(...rows.map((cells) => cells[index]?.length ?? 0)));
  return rows.map((cells, line) => {
    const filled = cells.map((cell, index) => cell.padEnd(widths[index] ?? 0, line === 1 ? "-" : " "));
    return `| ${filled.join(" | ")} |`;
  });
}
