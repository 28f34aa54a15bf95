import { accepted, refused } from "../domain/refusal.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";

export function resetSandbox({ sandbox }: Dependencies): Handler<"resetSandbox"> {
  return async () => {
    if (!sandbox) return refused(20404);
    await sandbox.reset();
    return accepted(undefined);
  };
}
