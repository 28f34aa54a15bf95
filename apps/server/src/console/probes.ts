import { setTimeout } from "node:timers/promises";
import type { Outlet } from "../delivery/outlets.ts";

/** How a provider answers when it is asked. */
export interface Probed {
  state: "up" | "failing" | "unknown";
  error: string | null;
}

/** So long an answer holds, and so long it is waited for: a list is read every few seconds. */
const [heldMs, patienceMs] = [30_000, 1_500];

/** Makes the function that asks providers. One that answers later than that is `unknown` until then. */
export function createProber(): (outlet: Pick<Outlet, "name" | "probe">) => Promise<Probed> {
  const probes = new Map<string, { at: number; probed: Promise<Probed> }>();
  return ({ name, probe }) => {
    const held = probes.get(name);
    const isHeld = held !== undefined && performance.now() - held.at < heldMs;
    const probed = isHeld
      ? held.probed
      : probe().then(
          (): Probed => ({ state: "up", error: null }),
          (error: Error): Probed => ({ state: "failing", error: error.message }),
        );
    if (!isHeld) probes.set(name, { at: performance.now(), probed });
    const late: Probed = { state: "unknown", error: null };
    return Promise.race([probed, setTimeout(patienceMs, late, { ref: false })]);
  };
}
