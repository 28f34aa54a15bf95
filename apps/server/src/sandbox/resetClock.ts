import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";

export function resetClock({ sandbox }: Dependencies): Handler<"resetClock"> {
  return async () => {
    if (!sandbox) return refused(20404);
    sandbox.clock.reset();
    return accepted(undefined);
  };
}
