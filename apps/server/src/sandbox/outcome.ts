import { isFictional, type Recipient } from "../kernel/recipient.ts";

/**
 * The error that a recipient asks for, by its number: `+150055` and five digits, or `error-` and five digits at
 * example.com. Sandbox only. Null for every other recipient. Whether the error exists is for the catalogue to say.
 */
export function outcomeOf(recipient: Recipient): number | null {
  const pattern = recipient.kind === "phone" ? /^\+150055(\d{5})$/ : /^error-(\d{5})@example\.com$/;
  const digits = pattern.exec(recipient.value)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether a recipient gets the fixed code: a fictional number, or an address at example.com. Sandbox only. */
export function hasFixedCode(recipient: Recipient): boolean {
  return recipient.kind === "phone" ? isFictional(recipient.value) : recipient.value.endsWith("@example.com");
}

/** The fixed code: 123456, cut or continued to `length` digits, 4 to 10. */
export function fixedCode(length: number): string {
  return "1234567890".slice(0, length);
}
