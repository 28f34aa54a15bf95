import type { Dependencies } from "../dependencies.ts";
import type { PhoneRecipient } from "../kernel/recipient.ts";
import { outcomeOf } from "../sandbox/outcome.ts";
import type { V1OperationId } from "./handler.ts";
import { shownNumber } from "./national-number.ts";
import { type V1Refusal, v1Invalid, v1Refused } from "./refusal.ts";
import { nothingPendingText } from "./texts.ts";

/** The v1 error that an outcome number asks for. Only the sandbox knows such numbers. */
export function forcedV1Refusal<Code extends string>(
  { sandbox, lifetimeSeconds }: Dependencies,
  operationId: V1OperationId,
  recipient: PhoneRecipient,
): { ok: false; refusal: V1Refusal<Code> } | undefined {
  const code = outcomeOf(recipient);
  if (code === null || !sandbox?.isDocumented(operationId, code)) return undefined;
  // `isDocumented` has looked the code up among the operation's own, which is what `Code` stands for.
  return refusalOf(String(code), recipient, lifetimeSeconds) as { ok: false; refusal: V1Refusal<Code> };
}

function refusalOf(code: string, recipient: PhoneRecipient, lifetimeSeconds: number) {
  // It lasts until the verification's window ends, which here might have begun just now.
  if (code === "60003") return v1Refused(code, { retryAfterSeconds: lifetimeSeconds });
  if (code === "60004") return v1Invalid("phone_number", "Parameter is not valid");
  return v1Refused(code, code === "60023" ? { message: nothingPendingText(shownNumber(recipient)) } : {});
}
