import { once } from "node:events";
import type { Terminal } from "./terminal.ts";

/** Runs a server until the person or the system wants it to stop, and lets it finish what is under way. */
export async function untilStopped({ signal }: Terminal, running: { close(): Promise<void> }): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  await running.close();
}
