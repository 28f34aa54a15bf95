export interface Figure {
  /** What was measured, such as `PostgreSQL, 32 connections`. */
  work: string;
  unit: string;
  /** Whose figure it is. */
  of: string;
  /** The median of the runs. */
  median: number;
  runs: number[];
}

/** What the project promises of a figure. */
export interface Reach {
  work: string;
  /** Such as `cycles/s, beside better-auth`. */
  what: string;
  value: number;
  /** What the value is counted in: `x` for a ratio. */
  unit: string;
  least?: number;
  most?: number;
  isMet: boolean;
}

/** What one part of the benchmarks found. */
export interface Findings {
  figures: Figure[];
  reaches: Reach[];
}

export interface BenchOptions {
  /** How often everything is measured. */
  runs: number;
  /** How long one run of a load takes. */
  seconds: number;
  /** How long the load on a server's memory takes. */
  minutes: number;
  /** Of what is random in a trace of traffic. */
  seed: number;
  /** Whether to fill a table with ten million verifications. */
  isFull: boolean;
  isQuick: boolean;
}

/** Called "Countersign" in every table. */
export const ours = "Countersign";
export const inProduction = `${ours}, with sending`;
export const minimal = "minimal server";
export const minimalOnBun = "minimal server on Bun";
export const bareLoop = "bare loop";

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Measures all in turn, again and again, so that a busy machine slows each of them alike. @returns the runs of each */
export async function inTurn<K extends string, T>(
  names: readonly K[],
  runs: number,
  measure: (name: K) => Promise<T> | T,
): Promise<Record<K, T[]>> {
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, T[]>;
  for (let round = 0; round < runs; round += 1) {
    for (const name of names) measured[name].push(await measure(name));
  }
  return measured;
}

export function figure(work: string, unit: string, of: string, runs: number[]): Figure {
  const rounded = runs.map((value) => Number(value.toPrecision(5)));
  return { work, unit, of, median: median(rounded), runs: rounded };
}

/** The median of the ratios of what ran one after the other. */
export function ratio(of: number[], to: number[]): number {
  return median(of.map((value, index) => value / (to[index] ?? Number.NaN)));
}

export function reach(
  work: string,
  what: string,
  value: number,
  unit: string,
  limit: Pick<Reach, "least" | "most">,
): Reach {
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = limit;
  return { work, what, value: Number(value.toPrecision(4)), unit, ...limit, isMet: value >= least && value <= most };
}
