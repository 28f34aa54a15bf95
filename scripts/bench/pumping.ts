import { type PumpingRules, pumpingRules } from "../../apps/server/src/guard/pumping.ts";
import { type BenchOptions, type Figure, type Findings, figure, ours, reach } from "./figures.ts";
import { curveUnits } from "./pumping-chart.ts";
import { createTable, type Judged, percent, replay } from "./server/pumping-replay.ts";
import { rushTrace, type Siege, sieges, siegeTrace } from "./server/pumping-sieges.ts";
import { attackShapes, pumpingTrace } from "./server/pumping-trace.ts";

/** What is replayed: how large, and on how many seeds. Attacks and peace have people enough on few. */
export interface PumpingSize {
  days: number;
  honestPerDay: number;
  attackNumbers: number;
  /** Honest people a day in an area code that is besieged, or where tickets are sold. */
  besiegedPerDay: number;
  buyers: number;
  traces: number;
  sieges: number;
}

export const wholeSize: PumpingSize = {
  ...{ days: 3, honestPerDay: 30_000, attackNumbers: 6_000, traces: 3 },
  ...{ besiegedPerDay: 660, buyers: 3_000, sieges: 100 },
};

/** Seeds from here on chose the rules' numbers, and are never reported. */
export const tuningSeeds = 1_000_000;

/**
 * Replays days of an honest service: in peace, under attacks, besieged by a stranger, and in a rush. How many sends of
 * attacks the guard stops, and how many it refuses to honest people, to all and to unknown ones alone. The same seed makes
 * the same traces.
 */
export async function measurePumping({ seed, isQuick }: BenchOptions): Promise<Findings> {
  const size = isQuick ? { ...wholeSize, traces: 1, sieges: 6 } : wholeSize;
  const found = replayAll(seed, size);
  const stopped = attackShapes.map((shape) =>
    figure(`Attack: ${shape}`, "% stopped", ours, [percent(found.of(shape))]),
  );
  const shares = (["known", "with a DeviceIp"] as const).map((share) =>
    figure(`Honest starts: ${share}`, "%", ours, [percent(found.of(`share: ${share}`))]),
  );
  const refused = (what: Names, most: number, work: string, who: string) =>
    reach(work, `${who} refused`, percent(found.of(what)), "%", { most });
  const both = (what: "peace" | "attacks" | "rush", most: number, work: string) => [
    refused(`${what}: all`, most, work, "honest sends"),
    refused(`${what}: unknown`, most, work, "starts of unknown people"),
  ];
  return {
    figures: [
      ...stopped,
      ...Object.values(sieges).map(({ name }) =>
        figure(`Stranger ${name}`, "% stopped", ours, [percent(found.of(`${name}: stranger`))]),
      ),
      ...shares,
      ...measureCurves(size),
    ],
    reaches: [
      reach("Pumping", "sends of attacks stopped", percent(found.of("attacks")), "%", { least: 95 }),
      ...both("peace", 0.5, "Pumping, times of peace"),
      ...both("attacks", 0.5, "Pumping, times of attack"),
      ...Object.values(sieges).flatMap(({ name, place }) => [
        refused(`${name}: known`, 0, `Besieged, ${place}`, "re-sends and known people"),
        refused(`${name}: attack`, 20, `Besieged, ${place}`, "unknown people in the hour of attack"),
        refused(`${name}: held`, 5, `Besieged, ${place}`, "unknown people in later hours"),
        refused(`${name}: healed`, 0.5, `Besieged, ${place}`, "unknown people from half an hour after the end"),
      ]),
      ...both("rush", 1, "A rush for tickets"),
    ],
  };
}

type Phase = "stranger" | "known" | "peace" | "attack" | "held" | "healing" | "healed";
type Names =
  | (typeof attackShapes)[number]
  | "attacks"
  | `${"peace" | "attacks" | "rush"}: ${"all" | "unknown"}`
  | `share: ${"known" | "with a DeviceIp"}`
  | `${string}: ${Phase}`;

type Table = ReturnType<typeof createTable<Names>>;

/** What the picture in the operator's guide shows, on the seeds that the rules' numbers were chosen by. */
function measureCurves(size: PumpingSize): Figure[] {
  const ofAllowances = [0.25, 0.5, 1, 2, 4, 8].flatMap((factor) => {
    const table: Table = createTable();
    replayAttacks(table, { ...size, seed: tuningSeeds }, scaledRules(factor));
    const figureOf = (unit: string, name: Names) =>
      figure(`Allowances x ${factor}`, unit, ours, [percent(table.of(name))]);
    return [figureOf(curveUnits.stopped, "attacks"), figureOf(curveUnits.refused, "attacks: unknown")];
  });
  const ofSieges = [sieges.areaCode, sieges.range].flatMap((siege) =>
    [0.25, 0.5, 1, 2, 4, 8].map((factor) => {
      const table: Table = createTable();
      const stronger = { ...siege, attack: siege.attack * factor, holding: siege.holding * factor };
      for (let index = 0; index < size.sieges; index += 1) {
        replaySiege(table, stronger, { ...size, seed: tuningSeeds + index });
      }
      return figure(`Siege x ${factor}`, curveUnits.held, siege.name, [percent(table.of(`${siege.name}: held`))]);
    }),
  );
  return [...ofAllowances, ...ofSieges];
}

/** Rules that let strangers have so many times as much. */
function scaledRules(factor: number): PumpingRules {
  const { ranges, trickleMin, ...rest } = pumpingRules;
  const scaled = ranges.map((range) => ({ ...range, unapprovedMax: range.unapprovedMax * factor }));
  return { ...rest, ranges: scaled, trickleMin: trickleMin * factor };
}

/** @param rules in place of the server's numbers */
export function replayAll(seed: number, size: PumpingSize, rules?: PumpingRules): Table {
  const table: Table = createTable();
  for (let index = 0; index < size.traces; index += 1) {
    replayPeace(table, { ...size, seed: seed + index }, rules);
    replayAttacks(table, { ...size, seed: seed + index }, rules);
  }
  for (let index = 0; index < size.sieges; index += 1) {
    for (const siege of Object.values(sieges)) replaySiege(table, siege, { ...size, seed: seed + index }, rules);
    replayRush(table, { ...size, seed: seed + index }, rules);
  }
  return table;
}

type Seeded = PumpingSize & { seed: number };

function replayPeace(table: Table, size: Seeded, rules?: PumpingRules): void {
  const see = (judged: Judged) => {
    addHonest(table, "peace", judged);
    if (judged.isPending) return;
    table.add("share: known", { isRefused: judged.isKnown });
    table.add("share: with a DeviceIp", { isRefused: judged.event.client !== undefined });
  };
  replay(pumpingTrace({ ...size, attackNumbers: 0 }), see, rules);
}

function replayAttacks(table: Table, size: Seeded, rules?: PumpingRules): void {
  const see = (judged: Judged) => {
    const { attack } = judged.event;
    if (attack === null) return addHonest(table, "attacks", judged);
    table.add("attacks", judged);
    table.add(attack as (typeof attackShapes)[number], judged);
  };
  replay(pumpingTrace(size), see, rules);
}

function replaySiege(table: Table, siege: Siege, size: Seeded, rules?: PumpingRules): void {
  const trace = siegeTrace(siege, { ...size, honestPerDay: size.besiegedPerDay });
  const see = (judged: Judged) => {
    const { at, attack, number } = judged.event;
    if (attack !== null) table.add(`${siege.name}: stranger`, judged);
    else if (judged.isKnown || judged.isPending) table.add(`${siege.name}: known`, judged);
    else if (number.startsWith(trace.prefix)) table.add(`${siege.name}: ${trace.phaseAt(at)}`, judged);
  };
  replay(trace, see, rules);
}

function replayRush(table: Table, size: Seeded, rules?: PumpingRules): void {
  const trace = rushTrace({ ...size, honestPerDay: size.besiegedPerDay });
  const see = (judged: Judged) => trace.isInRush(judged.event.at) && addHonest(table, "rush", judged);
  replay(trace, see, rules);
}

function addHonest(table: Table, what: "peace" | "attacks" | "rush", judged: Judged): void {
  table.add(`${what}: all`, judged);
  if (!judged.isPending && !judged.isKnown) table.add(`${what}: unknown`, judged);
}
