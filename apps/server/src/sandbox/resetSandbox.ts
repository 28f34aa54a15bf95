import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";

/** One reset after the other: two at once would both make the first service anew. */
export function resetSandbox({ sandbox }: Dependencies): Handler<"resetSandbox"> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    if (!sandbox) return refused(20404);
    const reset = last.catch(() => undefined).then(sandbox.reset);
    last = reset;
    await reset;
    return accepted(undefined);
  };
}
