import type { Recipient } from "../kernel/recipient.ts";

/** Asks the carrier whether the device that just came by mobile data holds the number. `code` 0 says it does. */
export type AskCarrier = (
  recipient: Recipient,
) => Promise<{ code: number; description: string; carrier: string | null }>;
