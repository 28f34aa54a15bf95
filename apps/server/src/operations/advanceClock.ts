import { accepted, refused } from "../domain/refusal.ts";
import type { Dependencies } from "./dependencies.ts";
import { clockBody } from "./fetchClock.ts";
import type { Handler } from "./handler.ts";

export function advanceClock({ sandbox }: Dependencies): Handler<"advanceClock"> {
  return async ({ body }) => {
    if (!sandbox) return refused(20404);
    sandbox.clock.advance(body.Seconds);
    await sandbox.sweep();
    return accepted(clockBody(sandbox.clock));
  };
}
