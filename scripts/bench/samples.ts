import { type Figure, figure } from "./figures.ts";
import type { Sample } from "./load.ts";

/** The runs of each, by name. */
export type Samples = Record<string, Partial<Sample>[]>;

/** How the figures of a sample are called. */
export const units: Record<keyof Sample, string> = {
  rate: "cycles/s",
  p50: "ms a request, p50",
  p99: "ms a request, p99",
  main: "µs of the main thread a cycle",
  process: "µs of the processors a cycle",
};

/** All that is known of each. */
export function figuresOf(work: string, samples: Samples): Figure[] {
  const keys = Object.keys(units) as (keyof Sample)[];
  return Object.keys(samples).flatMap((name) =>
    keys.flatMap((key) => {
      const values = valuesOf(samples, name, key);
      return Number.isNaN(values[0]) ? [] : [figure(work, units[key], name, values)];
    }),
  );
}

/** One figure of one's runs; not a number where it is not known. */
export function valuesOf(samples: Samples, name: string, key: keyof Sample): number[] {
  return (samples[name] ?? []).map((sample) => sample[key] ?? Number.NaN);
}
