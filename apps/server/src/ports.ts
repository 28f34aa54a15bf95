import type { AccountStore } from "./account-ports.ts";
import type { ApplicationStore, DeliveryStore, WebhookDelivery } from "./application-ports.ts";
import type { CountChange, Counter } from "./domain/counter.ts";
import type { PrefixBlock } from "./domain/pumping.ts";
import type { RequestLimit } from "./domain/request-limit.ts";
import type { GuardState } from "./domain/send-guard.ts";
import type { Service, ServiceSettings } from "./domain/service.ts";
import type { CodeBinding } from "./domain/start.ts";
import type { CarrierLookup, Channel, SealedCode, Verification } from "./domain/verification.ts";
import type { OutboxMessage, OutboxStore } from "./outbox-ports.ts";

/** Milliseconds since 1970. The sandbox's clock can be moved. */
export type Clock = () => number;

/**
 * Everything durable. What a method promises is on disk when its promise resolves. A method that rejects changed nothing,
 * but for what `StoreUnavailableError` says.
 * @throws StoreUnavailableError from any method while the database cannot be reached.
 */
export interface Store {
  /**
   * Decides on one recipient's verification in one transaction: reads and locks, calls `decide`, writes, commits.
   * Commands that arrive together share a transaction, in the order of their arrival. `decide` may be called again when
   * the transaction is retried, so it has no effect of its own.
   */
  decide<T>(command: VerificationCommand<T>): Promise<T>;
  services: ServiceStore;
  attempts: AttemptStore;
  accounts: AccountStore;
  requests: RequestStore;
  outbox: OutboxStore;
  blocks: BlockStore;
  applications: ApplicationStore;
  deliveries: DeliveryStore;
  /** What happened to a verification, oldest first. */
  events(serviceSid: string, verificationSid: string): Promise<VerificationEvent[]>;
  /**
   * Erases recipients from what ended before the given time, and deletes attempts, events and counts older than it; of
   * the guard, what is of no use any longer by the store's clock.
   */
  erase(before: number): Promise<void>;
  /** Deletes everything but accounts. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The database cannot be reached, and the same call may succeed later. Nothing was changed, unless a database elsewhere
 * went away while it committed: then nobody knows. What was decided so is kept whole or not at all, and deciding again is
 * safe, since it starts from what was kept.
 */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}

export interface VerificationCommand<T> {
  accountSid: string;
  serviceSid: string;
  target: { recipient: string } | { sid: string };
  /** Counters and number prefixes that the decision has to know, besides. */
  guard?: { counters: readonly Counter[]; prefixes: readonly string[] };
  decide: (state: VerificationState, now: number) => Decision<T>;
}

/** What the domain may know when it decides on one recipient. */
export interface VerificationState {
  /** The service, if it exists and belongs to the account. */
  service: Service | undefined;
  /** By recipient: its latest verification. By sid: the one with that sid. */
  current: Verification | undefined;
  /** Knows the counters and prefixes that the command names; of others it knows nothing. */
  guard: GuardState;
}

/** An answer, and what it changes. All of the change is committed, or nothing. */
export interface Decision<T> {
  outcome: T;
  /** Replaces the verification of the same sid, or becomes the recipient's latest. */
  verification?: Verification;
  /** Sends that go into the Attempts log and the outbox. */
  sends?: Send[];
  /** Marks the verification's latest attempt as converted: the right code followed it. */
  isConverted?: boolean;
  events?: VerificationEvent[];
  /** What the application's webhooks are to hear of it. */
  deliveries?: WebhookDelivery[];
  /**
   * What it adds to counters. It is exact, however many processes count at the same time: what would be more than a
   * maximum is not committed, and decided again.
   */
  counts?: CountChange[];
  /** Number prefixes that are blocked from now on. */
  blocks?: PrefixBlock[];
}

export interface Send {
  attempt: Attempt;
  /** What goes into the outbox: nothing when the message is kept in this process's memory. */
  message: OutboxMessage | null;
  /** For so long whoever decided hands the message over itself, and nobody else can claim it. */
  leaseSeconds: number;
}

export interface ServiceStore {
  create(service: Service): Promise<void>;
  fetch(accountSid: string, sid: string): Promise<Service | undefined>;
  /** Oldest first. */
  list(accountSid: string, page: PageRequest): Promise<Page<Service>>;
  /** Changes the settings under a lock; undefined when there is no such service. */
  update(
    accountSid: string,
    sid: string,
    change: (settings: ServiceSettings) => ServiceSettings,
    now: number,
  ): Promise<Service | undefined>;
  /** Deletes the service with its verifications; its attempts stay until they are too old. False when there was none. */
  delete(accountSid: string, sid: string): Promise<boolean>;
}

export interface AttemptStore {
  fetch(accountSid: string, sid: string): Promise<Attempt | undefined>;
  /** Newest first. */
  list(accountSid: string, filter: AttemptFilter, page: PageRequest): Promise<Page<Attempt>>;
  count(accountSid: string, filter: AttemptFilter): Promise<{ total: number; converted: number }>;
  /**
   * Records what a receipt says of a message that was sent, unless an earlier one told its end, and with it what
   * webhooks are to hear of that.
   * @returns whether a message has that reference.
   */
  receive(reference: string, report: DeliveryReport, now: number, deliveriesOf?: DeliveriesOf): Promise<boolean>;
}

/** What webhooks are to hear of an attempt that has just changed. It has no effect of its own, and may be asked again. */
export type DeliveriesOf = (attempt: Attempt) => WebhookDelivery[];

/** Every given field must fit. Bounds of time are inclusive. */
export interface AttemptFilter {
  createdAfter?: number;
  createdBefore?: number;
  recipient?: string;
  /** The beginning of an E.164 number. */
  recipientPrefix?: string;
  country?: string;
  channel?: Attempt["channel"];
  serviceSid?: string;
  verificationSid?: string;
  isConverted?: boolean;
  /** Those that will never arrive: `failed` or `undelivered`. */
  isLost?: boolean;
}

/** A page of a list ordered by time of creation, then sid. */
export interface PageRequest {
  size: number;
  /** The item beside which the page begins; absent for the first page. */
  from?: { direction: "after" | "before"; createdAt: number; sid: string };
}

export interface Page<T> {
  items: T[];
  hasPrevious: boolean;
  hasNext: boolean;
}

/** A row of the Attempts log. */
export interface Attempt {
  accountSid: string;
  serviceSid: string;
  sid: string;
  verificationSid: string;
  /** Null once it is erased. */
  recipient: string | null;
  channel: Channel;
  isConverted: boolean;
  delivery: DeliveryReport;
  country: string | null;
  codeLength: number;
  locale: string | null;
  lookup: CarrierLookup | null;
  createdAt: number;
  updatedAt: number;
  /** When the code that it carried is worthless. */
  expiresAt: number;
}

export interface DeliveryReport {
  status: "queued" | "sent" | "delivered" | "undelivered" | "failed";
  /** The channel's own error code. */
  errorCode: string | null;
}

/** Number prefixes that the guard has blocked. */
export interface BlockStore {
  /** Those that hold at that time, the latest first. */
  list(now: number): Promise<(PrefixBlock & { accountSid: string })[]>;
  /** Forgets a block, and what these counters of the account have. @returns whether there was one */
  lift(accountSid: string, prefix: string, counters: readonly Counter[]): Promise<boolean>;
}

export interface RequestStore {
  /**
   * Counts a request of that name, unless one of the account's limits on it is used up. It is exact, however many
   * processes count at the same time.
   * @returns 0, or the seconds until it would be counted.
   */
  count(request: { accountSid: string; name: string }, limits: readonly RequestLimit[], now: number): Promise<number>;
}

/** What happened to a verification, for the log. */
export interface VerificationEvent {
  accountSid: string;
  serviceSid: string;
  verificationSid: string;
  at: number;
  type: "started" | "sent" | "check_refused" | "approved" | "canceled" | "locked";
}

/** Makes, seals and compares codes, under secrets that are not in the database. */
export interface CodeVault {
  /** A uniformly random code of digits, leading zeros included. */
  newCode(length: number): string;
  /** Seals a code for what it is bound to; under the newest secret. */
  seal(code: string, binding: CodeBinding): SealedCode;
  /** Whether it is the sealed code, bound to just that. Takes the same time whatever differs. */
  matches(code: string, sealed: SealedCode, binding: CodeBinding): boolean;
  /** The code again, for a re-send. */
  open(sealed: SealedCode, binding: CodeBinding): string;
  sealText(text: string): string;
  /** The same under the newest secret; unchanged when that sealed it. Throws when its secret is gone. */
  resealText(sealed: string): string;
  openText(sealed: string): string;
}
