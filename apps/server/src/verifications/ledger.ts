import type { Attempt } from "../attempts/attempt.ts";
import type { OutboxMessage } from "../delivery/outbox.ts";
import type { GuardAdditions, GuardNames, GuardState } from "../guard/counts.ts";
import type { BucketCount, KnownLimits, NamedLimit } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { Statement } from "../sql/text.ts";
import type { CallFact } from "../v1/application.ts";
import type { GuessState } from "./guesses.ts";
import type { Tags } from "./tags.ts";
import type { ToldOfSend, Verification } from "./verification.ts";

export interface VerificationCommand<T> {
  accountSid: string;
  serviceSid: string;
  target: { recipient: string } | { sid: string };
  /** Counters, number prefixes and hashes of recipients that the decision has to know, besides. */
  guard?: GuardNames | undefined;
  /** The service's rate limits that the decision has to know, with the values to be counted. */
  rateLimits?: readonly NamedLimit[];
  /** Where the decision has to know of guesses: the keyed hashes of recipients whose refused checks it wants. */
  guesses?: readonly string[];
  /**
   * Whether it begins anew where its recipient has no open verification, whatever ended ones there are. Then the database
   * need not be asked for these before it is decided.
   */
  begins?: boolean;
  decide: (state: VerificationState, now: number) => Decision<T>;
}

/** What the domain may know when it decides on one recipient. */
export interface VerificationState {
  /** The service, if it exists and belongs to the account. */
  service: Service | undefined;
  /** By recipient: its latest verification. By sid: the one with that sid. */
  current: Verification | undefined;
  /** Knows the counters, prefixes and recipients that the command names; of others it knows nothing. */
  guard: GuardState;
  rateLimits: KnownLimits;
  guesses: GuessState;
}

/** An answer, and what it changes. All of the change is committed, or nothing. */
export interface Decision<T> extends GuardAdditions {
  outcome: T;
  /** Replaces the verification of the same sid, or becomes the recipient's latest. */
  verification?: Verification;
  /** What is done first, in the same commit: the end of the one whose place it takes. */
  before?: Pick<Decision<never>, "verification" | "facts" | "written"> | undefined;
  /** Tags of the verification, in place of those that it had. */
  tags?: Tags | undefined;
  /** What events will tell of its latest send. */
  told?: ToldOfSend | undefined;
  /** Sends that go into the Attempts log and the outbox. */
  sends?: Send[];
  /** What happened, from which reactions follow. Those of the verification go into its log. */
  facts?: readonly (FactType | CallFact)[];
  /** What rate limits counted: of those that the command names, which nobody else decides on meanwhile. */
  bucketCounts?: readonly BucketCount[];
  /** What is written besides, in the same commit: an entry of the audit trail. */
  written?: readonly Statement[];
  /** Whether a check led to it. */
  isCheck?: boolean;
  /** Whose check was refused, as a keyed hash. */
  refusedCheck?: string | undefined;
}

export type FactType = "started" | "sent" | "check_refused" | "approved" | "canceled" | "locked";

/** What happened to a verification, as its log holds it. */
export interface LoggedFact {
  at: number;
  type: FactType;
}

export interface VerificationFact extends LoggedFact {
  accountSid: string;
  serviceSid: string;
  verificationSid: string;
}

export interface Send {
  attempt: Attempt;
  /** What goes into the outbox: nothing when the message is kept in this process's memory. */
  message: OutboxMessage | null;
  /** For so long whoever decided hands the message over itself, and nobody else can claim it. */
  leaseSeconds: number;
}
