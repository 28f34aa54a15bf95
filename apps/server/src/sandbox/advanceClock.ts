import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { clockBody } from "./fetchClock.ts";

export function advanceClock({ sandbox }: Dependencies): Handler<"advanceClock"> {
  return async ({ body }) => {
    if (!sandbox) return refused(20404);
    sandbox.clock.advance(body.Seconds);
    await sandbox.sweep();
    return accepted(clockBody(sandbox.clock));
  };
}
