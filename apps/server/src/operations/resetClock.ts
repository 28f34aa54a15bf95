import { accepted, refused } from "../domain/refusal.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";

export function resetClock({ sandbox }: Dependencies): Handler<"resetClock"> {
  return async () => {
    if (!sandbox) return refused(20404);
    sandbox.clock.reset();
    return accepted(undefined);
  };
}
