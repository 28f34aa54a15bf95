import type { AccountStore } from "../accounts/account.ts";
import type { RequestStore } from "../accounts/request-store.ts";
import type { AttemptStore } from "../attempts/attempt.ts";
import type { OutboxStore } from "../delivery/outbox.ts";
import type { PostStore } from "../events/posts.ts";
import type { Reaction } from "../events/reactions.ts";
import type { BlockStore } from "../guard/blocks.ts";
import type { BucketStore, RateLimitStore } from "../rate-limits/store.ts";
import type { ServiceStore } from "../services/store.ts";
import type { ApplicationStore } from "../v1/application-store.ts";
import type { VerificationCommand, VerificationFact } from "../verifications/ledger.ts";

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
  /** Has something follow from facts, from now on. */
  react(reaction: Reaction): void;
  services: ServiceStore;
  rateLimits: RateLimitStore;
  buckets: BucketStore;
  attempts: AttemptStore;
  accounts: AccountStore;
  requests: RequestStore;
  outbox: OutboxStore;
  blocks: BlockStore;
  applications: ApplicationStore;
  posts: PostStore;
  /** What happened to a verification, oldest first. */
  facts(serviceSid: string, verificationSid: string): Promise<VerificationFact[]>;
  /**
   * Erases recipients from what ended before the given time, and deletes attempts, events and counts older than it; of
   * the guard, what is of no use any longer by the store's clock.
   */
  erase(before: number): Promise<void>;
  /** Deletes everything but accounts. */
  reset(): Promise<void>;
  close(): Promise<void>;
}
