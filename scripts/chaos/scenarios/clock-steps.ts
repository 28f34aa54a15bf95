import type { Stage } from "../stage.ts";

/** Windows are of two minutes then, the shortest there are. */
export const clockLifetimeSeconds = 120;

/** Sets the server's clock forward and back under load, by up to some windows. */
export async function clockSteps(stage: Stage, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await stage.randomMoment();
    const seconds = stage.random(1, 3) === 1 ? stage.random(-400, 400) : stage.random(-90, 150);
    stage.clock.setAhead(seconds * 1000);
  }
}
