import { bareLoop, type Figure, minimal, minimalOnBun, ours } from "./figures.ts";
import type { PartName, Results } from "./results.ts";
import { units } from "./samples.ts";
import { numberText } from "./table.ts";

const panels: [title: string, part: PartName, work: string, unit: string][] = [
  ["Start and check on PostgreSQL, 32 connections: cycles/s", "cycles", "PostgreSQL, 32 connections", units.rate],
  ["Start and check on PostgreSQL, 128 connections: cycles/s", "cycles", "PostgreSQL, 128 connections", units.rate],
  ["Start and check on SQLite, 32 connections: cycles/s", "cycles", "SQLite, 32 connections", units.rate],
  ["Start and check on SQLite, 128 connections: cycles/s", "cycles", "SQLite, 128 connections", units.rate],
  [
    "Processor time of a cycle on PostgreSQL, 32 connections: µs",
    "cycles",
    "PostgreSQL, 32 connections",
    units.process,
  ],
  ["Processor time of a cycle on SQLite, 32 connections: µs", "cycles", "SQLite, 32 connections", units.process],
  ["In place of the real API: requests/s", "mock", "Starts, each for another recipient", "requests/s"],
  ["In place of the real API: ms until ready", "mock", "Start-up to the first answer", "ms"],
  ["The client in a bundle, min + gzip: kB", "client", "Bundle, min + gzip", "kB"],
  ["Cold import of the client: ms", "client", "Cold import", "ms"],
];

/** What does the least, or nothing but the statements: no peer, but what a machine can give. */
const limits = ["pgbench", "pg, one statement at a time", bareLoop, minimal, minimalOnBun];
/** How far the limits go at most, in the longest of the others; what goes further is drawn broken. */
const limitMost = 4;

const column = 430;
const labelWidth = 172;
const barWidth = 180;
const row = 21;
const titleHeight = 30;

/** The medians as bars, in two columns; an SVG that suits a light page as well as a dark one. */
export function chartOf({ parts }: Results): string {
  const drawn = panels.flatMap(([title, part, work, unit]) => {
    const figures = (parts[part]?.figures ?? []).filter((each) => each.work === work && each.unit === unit);
    return figures.length > 0 ? [{ title, figures }] : [];
  });
  let top = 8;
  const groups: string[] = [];
  for (let index = 0; index < drawn.length; index += 2) {
    const pair = drawn.slice(index, index + 2);
    groups.push(...pair.map(({ title, figures }, side) => panel(title, figures, side * column + 8, top)));
    top += titleHeight + 14 + row * Math.max(...pair.map(({ figures }) => figures.length));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * column}" height="${top}" viewBox="0 0 ${2 * column} ${top}" role="img" aria-label="How fast Countersign is beside others">
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-weight: 600; fill: #24292f }
.ours { fill: #0969da } .peer { fill: #8c959f } .limit { fill: none; stroke: #8c959f } .gap { fill: none; stroke: #8c959f }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 } .title { fill: #f0f6fc } .ours { fill: #4493f8 }
}
</style>
${groups.join("\n")}
</svg>
`;
}

function panel(title: string, figures: Figure[], left: number, top: number): string {
  const isLimit = ({ of }: Figure) => limits.includes(of);
  const longest = (some: Figure[]) => Math.max(...some.map(({ median }) => median));
  const most = Math.min(longest(figures), limitMost * longest(figures.filter((each) => !isLimit(each))));
  const bars = figures.map((each, index) => {
    const { of, median } = each;
    const y = top + titleHeight + index * row;
    const x = left + labelWidth;
    const width = Math.min(barWidth, Math.max(1, (barWidth * median) / most));
    const kind = of.startsWith(ours) ? "ours" : isLimit(each) ? "limit" : "peer";
    return [
      `<text x="${x - 8}" y="${y + 12}" text-anchor="end">${of}</text>`,
      `<rect class="${kind}" x="${x}" y="${y + 1}" width="${width.toFixed(1)}" height="14" rx="2"/>`,
      ...(median > most ? [`<path class="gap" d="M${x + width - 26} ${y + 17}l6 -18m6 0l-6 18"/>`] : []),
      `<text x="${(x + width + 6).toFixed(1)}" y="${y + 12}">${numberText(median)}</text>`,
    ].join("");
  });
  return [`<text class="title" x="${left}" y="${top + 16}">${title}</text>`, ...bars].join("\n");
}
