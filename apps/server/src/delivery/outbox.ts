import type { DeliveryReport, PostsOf } from "../attempts/attempt.ts";
import type { Channel } from "../verifications/verification.ts";

/** A message that waits for its channel. It holds the code, so it is stored sealed, and erased on hand-over. */
export interface OutboxMessage {
  accountSid: string;
  serviceSid: string;
  attemptSid: string;
  channel: Channel;
  /** The composed message with its recipient, encrypted. */
  sealed: string;
  createdAt: number;
  /** When the code is worthless, and the message not worth sending. */
  expiresAt: number;
}

export interface OutboxStore {
  /** When the first message can be claimed; undefined when none waits. */
  nextDueAt(): Promise<number | undefined>;
  /** How many messages wait, those under way included, and since when the oldest does. */
  waiting(): Promise<{ count: number; oldestCreatedAt: number | undefined }>;
  /** Takes messages that are due, oldest first, counts a try of each, and hides them from others until the lease ends. */
  claim(limit: number, leaseSeconds: number, now: number): Promise<ClaimedMessage[]>;
  /**
   * Erases messages that were handed over or given up, and records in the Attempts log how far they came, unless a
   * receipt was faster, and with it what webhooks are to hear of that. The first to settle a message is the one that
   * counts.
   */
  settle(done: readonly HandedOver[], now: number, postsOf?: PostsOf): Promise<void>;
  /** Makes messages claimable again at their time, unless somebody else has claimed them since. */
  retry(failures: readonly FailedTry[]): Promise<void>;
}

export interface ClaimedMessage extends OutboxMessage {
  /** How often it was given to a channel or was about to be, this time included. */
  tries: number;
  /** Why the last try failed; null as long as none has. */
  errorCode: string | null;
}

export interface FailedTry {
  message: ClaimedMessage;
  dueAt: number;
  /** Null when it was not tried after all. */
  errorCode: string | null;
}

export interface HandedOver {
  message: OutboxMessage;
  report: DeliveryReport;
  /** What a later receipt names it by; unique among all providers. */
  reference?: string;
}
