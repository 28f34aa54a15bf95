import { type BenchOptions, type Findings, figure, ours, reach } from "./figures.ts";
import { percent, replay } from "./server/pumping-replay.ts";
import { pumpingTrace } from "./server/pumping-trace.ts";

const trafficOptions = { days: 3, honestPerDay: 30_000, attackNumbers: 6_000 };

/**
 * Replays some days of an honest service under attack: how much of each attack the guard stops, and how many honest sends
 * it refuses. The same seed makes the same trace.
 */
export async function measurePumping({ seed }: BenchOptions): Promise<Findings> {
  const { honest, shapes, total } = replay(pumpingTrace({ seed, ...trafficOptions }));
  const figures = [...shapes].map(([name, refused]) =>
    figure(`Attack: ${name}`, "% stopped", ours, [percent(refused)]),
  );
  return {
    figures: [...figures, figure("Honest sends", "% refused", ours, [percent(honest)])],
    reaches: [
      reach("Pumping", "sends of attacks that are stopped", percent(total), "%", { least: 95 }),
      reach("Pumping", "honest sends that are refused", percent(honest), "%", { most: 0.5 }),
    ],
  };
}
