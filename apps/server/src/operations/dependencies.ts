import type { CarrierSource } from "../domain/lookup.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Channel } from "../domain/verification.ts";
import type { OutboxMessage } from "../outbox-ports.ts";
import type { Attempt, Clock, CodeVault, DeliveryReport, Store } from "../ports.ts";
import type { Inbox, MovableClock } from "../sandbox-ports.ts";
import type { DeliverableMessage } from "./composed-send.ts";
import type { Guard } from "./start-guard.ts";

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
  /** Two letters and 32 hexadecimal digits, which nobody can guess. */
  newSid: (prefix: string) => string;
  /** 128 random bits as 32 hexadecimal digits. */
  newKey: () => string;
  delivery: Delivery;
  /** What takes the receipts of gateways; absent where there is none that could sign them. */
  receipts?: Receipts;
  askCarrier: AskCarrier;
  /** What keeps sends within bounds; absent where nothing does. */
  guard?: Guard;
  /** What only the sandbox has; absent in production. */
  sandbox?: SandboxPowers;
}

export type Delivery =
  /** Messages are kept in the memory of this process, as in the sandbox: what is committed is delivered. */
  | { to: "memory"; keep: (attempt: Attempt, content: DeliverableMessage) => void }
  /** Messages wait in the outbox, sealed, for a worker. Whoever started one hands it over itself at once if it can. */
  | { to: "outbox"; handOver?: (message: OutboxMessage, content: DeliverableMessage) => Promise<void> };

export interface Receipts {
  /** Which gateway signed a body; nothing when none did. */
  signerOf: SignerOf;
  /** Records what it tells of the message that it knows by the reference. */
  receive: (signer: string, reference: string, report: DeliveryReport) => Promise<void>;
}

export type SignerOf = (headers: Record<string, string | string[] | undefined>, body: Buffer) => string | undefined;

/** Asks the carrier whether the device that just came by mobile data holds the number. `code` 0 says it does. */
export type AskCarrier = (
  recipient: Recipient,
) => Promise<{ code: number; description: string; carrier: string | null }>;

export interface SandboxPowers {
  inbox: Inbox;
  clock: MovableClock;
  /** Brings everything to the state of the start. */
  reset: () => Promise<void>;
  /** Erases what is too old by the clock. */
  sweep: () => Promise<void>;
  /** The error that a recipient is made to answer, if the operation documents it. */
  isDocumented: (operationId: string, code: number) => boolean;
}
