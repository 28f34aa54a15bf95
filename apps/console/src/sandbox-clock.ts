import { unwrap } from "@countersign/client";
import { client } from "./api.ts";
import { aheadSeconds } from "./clock.ts";

/** Reads how far the sandbox's clock is ahead: programs move it too. Where it cannot be read, ages stay as they were. */
export function followClock(): void {
  client.GET("/sandbox/clock").then(
    ({ data }) => {
      aheadSeconds.value = data?.advanced_seconds ?? aheadSeconds.value;
    },
    () => undefined,
  );
}

export async function advanceClock(Seconds: number): Promise<void> {
  aheadSeconds.value = (await unwrap(client.POST("/sandbox/clock", { body: { Seconds } }))).advanced_seconds;
}

export async function resetClock(): Promise<void> {
  await unwrap(client.DELETE("/sandbox/clock"));
  aheadSeconds.value = 0;
}

/** Forgets everything, the clock included. */
export async function resetSandbox(): Promise<void> {
  await unwrap(client.POST("/sandbox/reset"));
  aheadSeconds.value = 0;
}
