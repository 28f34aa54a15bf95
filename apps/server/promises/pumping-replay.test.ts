import { describe, expect, it } from "vitest";
import { replayAll, tuningSeeds } from "../../../scripts/bench/pumping.ts";
import { percent } from "../../../scripts/bench/server/pumping-replay.ts";
import { sieges } from "../../../scripts/bench/server/pumping-sieges.ts";
import { attackShapes } from "../../../scripts/bench/server/pumping-trace.ts";
import { budget } from "../../../scripts/budget.ts";

describe("security 27: the replay of a service in peace, under attack, besieged and in a rush", () => {
  const seed = 7;
  const found = replayAll(seed, {
    ...{ days: 3, honestPerDay: budget(30_000), attackNumbers: 6_000, traces: 1 },
    ...{ besiegedPerDay: 660, buyers: 1_000, sieges: budget(20) },
  });
  const refused = (name: Parameters<typeof found.of>[0]) => percent(found.of(name));

  it("is on seeds that chose none of the rules' numbers", () => {
    expect(seed + budget(20)).toBeLessThan(tuningSeeds);
  });

  it("has at most half of its honest starts from known people, and a DeviceIp with at most a third", () => {
    expect(found.of("share: known").of).toBeGreaterThan(5_000);
    expect(refused("share: known")).toBeLessThanOrEqual(50);
    expect(refused("share: with a DeviceIp")).toBeLessThanOrEqual(100 / 3);
  });

  it("stops at least 95 % of the sends of all attacks together, and most of each", () => {
    expect(refused("attacks")).toBeGreaterThanOrEqual(95);
    for (const shape of attackShapes) expect(refused(shape), shape).toBeGreaterThan(85);
  });

  it.each(["peace", "attacks"] as const)("refuses at most 0.5 % to all and to unknown people: %s", (name) => {
    expect(refused(`${name}: all`)).toBeLessThanOrEqual(0.5);
    expect(refused(`${name}: unknown`)).toBeLessThanOrEqual(0.5);
  });

  it.each(Object.values(sieges))("is no weapon of a stranger who $name", ({ name }) => {
    expect(found.of(`${name}: known`).of).toBeGreaterThan(1_000);
    expect(refused(`${name}: known`)).toBe(0);
    // Hardly anybody of one range comes within an hour: one person may be more than the share.
    const atMost = (phase: "attack" | "held" | "healed", share: number) => {
      const { of, refused } = found.of(`${name}: ${phase}`);
      expect(refused, phase).toBeLessThanOrEqual(Math.max(1, of * share));
    };
    atMost("attack", 0.2);
    atMost("held", 0.05);
    atMost("healed", 0.005);
  });

  it("refuses at most 1 % in a rush for tickets", () => {
    expect(found.of("rush: unknown").of).toBeGreaterThan(1_000);
    expect(refused("rush: all")).toBeLessThanOrEqual(1);
    expect(refused("rush: unknown")).toBeLessThanOrEqual(1);
  });
});
