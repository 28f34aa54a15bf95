import type { Recipient } from "../kernel/recipient.ts";
import { reasonGone, type Verification } from "./verification.ts";

/**
 * Takes down what the carrier answered when the device opened the address of an attempt.
 * @param code 0 when the carrier vouches for the number, else the reason, 605xx.
 * @returns undefined when the attempt is not the pending verification's latest by this channel.
 */
export function decideSna(
  current: Verification | undefined,
  attemptSid: string,
  code: number,
  now: number,
): Verification | undefined {
  if (!current?.sna || reasonGone(current, now)) return undefined;
  const latest = current.attempts.findLast(({ channel }) => channel === "sna");
  if (latest?.sid !== attemptSid) return undefined;
  // A result replaces an earlier one of the same attempt, as of a device that opened the address twice.
  const errors = current.sna.errors.filter((error) => error.attemptSid !== attemptSid);
  const sna = {
    ...current.sna,
    isConfirmed: code === 0,
    errors: code === 0 ? errors : [...errors, { attemptSid, code }],
  };
  return { ...current, sna, updatedAt: now };
}

/** Asks the carrier whether the device that just came by mobile data holds the number. `code` 0 says it does. */
export type AskCarrier = (
  recipient: Recipient,
) => Promise<{ code: number; description: string; carrier: string | null }>;
