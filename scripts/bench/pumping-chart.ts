import type { Figure } from "./figures.ts";
import type { Results } from "./results.ts";

/** The units of the figures that the picture is made of. */
export const curveUnits = {
  stopped: "% of attacks' sends stopped",
  refused: "% of unknown people's starts refused",
  held: "% of unknown people's starts refused in later hours",
} as const;

const [width, height] = [760, 300];
const plot = { top: 44, bottom: 236, width: 270 };

/** The picture of the operator's guide: what the guard stops and refuses, by how much it lets strangers have, and in sieges. */
export function pumpingChartOf({ parts }: Results): string {
  const figures = parts.pumping?.figures ?? [];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="What the guard stops and what it refuses" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#475569">
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
${tradeOff(figures, 60)}
${inSieges(figures, 440)}
</svg>
`;
}

interface Scale {
  ticks: readonly number[];
  at(value: number): number;
}

/** Between the first and the last tick, in equal steps from one to the next. */
function scale(ticks: readonly number[], from: number, to: number): Scale {
  const step = (to - from) / (ticks.length - 1);
  return {
    ticks,
    at(value) {
      const shown = Math.min(value, ticks.at(-1) ?? value);
      const index = Math.max(0, ticks.findIndex((tick) => shown <= tick) - 1);
      const [low = 0, high = 1] = ticks.slice(index, index + 2);
      return Number((from + step * (index + (shown - low) / (high - low))).toFixed(1));
    },
  };
}

function tradeOff(figures: Figure[], left: number): string {
  const x = scale([0, 0.1, 0.2, 0.5, 1, 3], left, left + plot.width);
  const y = scale([60, 80, 90, 95, 100], plot.bottom, plot.top);
  const refused = figures.filter(({ unit }) => unit === curveUnits.refused);
  const points = refused.map(({ work, median }) => {
    const stopped = figures.find((each) => each.work === work && each.unit === curveUnits.stopped)?.median ?? 0;
    return { name: work.replace("Allowances x ", "×"), x: x.at(median), y: y.at(stopped) };
  });
  const marks = points.map(({ name, ...at }) => {
    const isOurs = name === "×1";
    const label = `<text x="${at.x + 8}" y="${at.y + 14}"${isOurs ? ' font-weight="bold"' : ""}>${name}</text>`;
    return `<circle cx="${at.x}" cy="${at.y}" r="${isOurs ? 6 : 4}" fill="#1d4ed8"/>${label}`;
  });
  return [
    axes({
      x,
      y,
      left,
      title: "Attacks, by what strangers may have",
      below: "% of unknown people's starts refused",
      beside: "% stopped",
    }),
    dashed(left, y.at(95), left + plot.width, y.at(95)),
    dashed(x.at(0.5), plot.top, x.at(0.5), plot.bottom),
    line(points, "#1d4ed8"),
    ...marks,
  ].join("\n");
}

function inSieges(figures: Figure[], left: number): string {
  const held = figures.filter(({ unit }) => unit === curveUnits.held);
  const factors = [...new Set(held.map(({ work }) => Number(work.replace("Siege x ", ""))))];
  const x = scale(factors.length > 1 ? factors : [0, 1], left, left + plot.width);
  const y = scale([0, 5, 10, 20, 50, 100], plot.bottom, plot.top);
  const names = [...new Set(held.map(({ of }) => of))];
  const lines = names.map((name, index) => {
    const points = held
      .filter(({ of }) => of === name)
      .map(({ work, median }) => {
        return { x: x.at(Number(work.replace("Siege x ", ""))), y: y.at(median) };
      });
    const color = ["#1d4ed8", "#b91c1c"][index] ?? "#475569";
    const key = `<text x="${left + 12}" y="${plot.top + 16 + 16 * index}" fill="${color}">${name}</text>`;
    return [
      line(points, color),
      ...points.map((at) => `<circle cx="${at.x}" cy="${at.y}" r="4" fill="${color}"/>`),
      key,
    ].join("");
  });
  return [
    axes({
      x,
      y,
      left,
      title: "A stranger, by his starts",
      below: "times those of the siege in the table",
      beside: "% refused",
    }),
    dashed(left, y.at(5), left + plot.width, y.at(5)),
    ...lines,
  ].join("\n");
}

function axes(given: { x: Scale; y: Scale; left: number; title: string; below: string; beside: string }): string {
  const { x, y, left, title, below, beside } = given;
  const right = left + plot.width;
  return [
    `<text x="${left}" y="22" font-size="14" font-weight="bold" fill="#0f172a">${title}</text>`,
    `<path d="M${left} ${plot.top} V${plot.bottom} H${right}" fill="none" stroke="#475569"/>`,
    ...x.ticks.map((tick) => `<text x="${x.at(tick)}" y="${plot.bottom + 18}" text-anchor="middle">${tick}</text>`),
    ...y.ticks.map((tick) => `<text x="${left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${tick}</text>`),
    `<text x="${left + plot.width / 2}" y="${plot.bottom + 40}" text-anchor="middle">${below}</text>`,
    `<text x="${left - 36}" y="${plot.top - 8}">${beside}</text>`,
  ].join("\n");
}

function line(points: { x: number; y: number }[], color: string): string {
  return `<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>`;
}

function dashed(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#94a3b8" stroke-dasharray="4 4"/>`;
}
