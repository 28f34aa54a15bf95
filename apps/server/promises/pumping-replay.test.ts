import { describe, expect, it } from "vitest";
import { percent, replay } from "../../../scripts/bench/server/pumping-replay.ts";
import { attackShapes, pumpingTrace } from "../../../scripts/bench/server/pumping-trace.ts";

describe("security 15: the replay of an honest service under attack", () => {
  const { honest, shapes, total } = replay(
    pumpingTrace({ seed: 7, days: 2, honestPerDay: 10_000, attackNumbers: 4_000 }),
  );

  it("stops at least 95 % of the sends of all attacks together", () => {
    expect(total.of).toBeGreaterThan(4_000 * attackShapes.length);
    expect(percent(total)).toBeGreaterThanOrEqual(95);
  });

  it("refuses at most 0.5 % of honest sends, with a launch, an event in one town, and a network that delivers nothing", () => {
    expect(honest.of).toBeGreaterThan(20_000);
    expect(percent(honest)).toBeLessThanOrEqual(0.5);
  });

  it.each(attackShapes)("stops most of each attack: %s", (shape) => {
    expect(percent(shapes.get(shape) ?? { of: 0, refused: 0 })).toBeGreaterThan(85);
  });
});
