import type { OperationId } from "@countersign/types";
import type { Dependencies } from "../dependencies.ts";
import type { Recipient } from "../kernel/recipient.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { outcomeOf } from "./outcome.ts";

/** Only the sandbox knows outcome numbers; in production they are numbers like any other. */
export function forcedRefusal<Code extends number>(
  { sandbox, lifetimeSeconds }: Dependencies,
  operationId: OperationId,
  recipient: Recipient,
): { ok: false; refusal: Refusal<Code> } | undefined {
  const code = outcomeOf(recipient);
  if (code === null || !sandbox?.isDocumented(operationId, code)) return undefined;
  // `isDocumented` has looked the code up among the operation's own, which is what `Code` stands for.
  const refusal = { code: code as Code, parameter: "To" };
  return {
    ok: false,
    refusal: untilWindowEnds.has(code) ? { ...refusal, retryAfterSeconds: lifetimeSeconds } : refusal,
  };
}

/** What lasts until the verification's window ends, which here might have begun just now. */
const untilWindowEnds = new Set([60202, 60203]);
