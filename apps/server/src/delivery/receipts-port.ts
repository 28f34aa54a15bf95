import type { DeliveryReport } from "../attempts/attempt.ts";

export interface Receipts {
  /** Which gateway signed a body; nothing when none did. */
  signerOf: SignerOf;
  /** Records what it tells of the message that it knows by the reference. */
  receive: (signer: string, reference: string, report: DeliveryReport) => Promise<void>;
}

export type SignerOf = (headers: Record<string, string | string[] | undefined>, body: Buffer) => string | undefined;
