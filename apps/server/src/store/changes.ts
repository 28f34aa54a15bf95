import type { Attempt } from "../attempts/attempt.ts";
import type { WebhookPost } from "../events/posts.ts";
import type { GuardChanges, GuardSnapshot } from "../guard/counts.ts";
import type { BucketCount, LimitSnapshot } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { Statement } from "../sql/text.ts";
import type { LoggedFact, Send } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";

/** What a batch read: the services and verifications that its commands name. */
export interface Snapshot {
  services: Service[];
  verifications: StoredVerification[];
  /** What was counted; absent where no command asks for it. */
  guard: GuardSnapshot | undefined;
  rateLimits: LimitSnapshot;
  /**
   * When checks of a recipient were refused, by its account and keyed hash, and until when an account is sprayed, by its
   * sid: times in a row, as `timesIn` reads them.
   */
  guesses: [name: string, times: string][];
}

/** A verification as it is stored. */
export interface StoredVerification {
  verification: Verification;
  /** Whether it is its recipient's latest. */
  isLatest: boolean;
  /** How often it was written; 0 before the first time, and some number after that where nobody else can write. */
  revision: number;
  /** Its recipient as a table has it that keeps none in clear: a keyed hash, and sealed. */
  kept?: { recipient: string; sealed: string } | undefined;
}

/** What a batch writes. */
export interface Changes {
  verifications: ChangedVerification[];
  attempts: Attempt[];
  sends: Send[];
  /** Attempts of earlier batches that turn out converted. */
  converted: { serviceSid: string; sid: string; at: number }[];
  posts: WebhookPost[];
  /** Absent where nothing was counted. */
  guard: GuardChanges | undefined;
  bucketCounts: BucketCount[];
  /** What write all else: the refused checks of recipients, how those of accounts ended, and what decisions had written. */
  others: Statement[];
}

export interface ChangedVerification extends StoredVerification {
  /** Facts to append. */
  facts: LoggedFact[];
  /** Where it is new: the one that was its recipient's latest until then. */
  formerSid?: string | undefined;
}
