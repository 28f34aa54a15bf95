import type { CarrierSource } from "../domain/lookup.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Channel } from "../domain/verification.ts";
import type { Clock, CodeVault, Inbox, MovableClock, Store } from "../ports.ts";

/** What the operations work with. Nothing of it is a state of its own, but the store. */
export interface Dependencies {
  store: Store;
  vault: CodeVault;
  clock: Clock;
  carriers: CarrierSource;
  /** The channels that can deliver. */
  channels: ReadonlySet<Channel>;
  /** How long a verification lives. */
  lifetimeSeconds: number;
  /** Two letters and 32 random hexadecimal digits. */
  newSid: (prefix: string) => string;
  /** Hands on what waits in the outbox. The sandbox waits for it, so that a message is in the inbox before the answer. */
  dispatch: () => Promise<void>;
  askCarrier: AskCarrier;
  /** What only the sandbox has; absent in production. */
  sandbox?: SandboxPowers;
}

/** Asks the carrier whether the device that just came by mobile data holds the number. `code` 0 says it does. */
export type AskCarrier = (
  recipient: Recipient,
) => Promise<{ code: number; description: string; carrier: string | null }>;

export interface SandboxPowers {
  inbox: Inbox;
  clock: MovableClock;
  /** Brings everything to the state of the start. */
  reset: () => Promise<void>;
  /** The error that a recipient is made to answer, if the operation documents it. */
  isDocumented: (operationId: string, code: number) => boolean;
}
