import type { Attempt } from "../attempts/attempt.ts";
import type { CountChange, GuardAdditions, KnownRecipient } from "../guard/counts.ts";
import type { ResourceFact } from "../sql/resources.ts";
import type { Work } from "../sql/text.ts";
import type { CallFact } from "../v1/application.ts";
import type { Spray } from "../verifications/guesses.ts";
import type { Decision, FactType } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";
import type { WebhookPost } from "./posts.ts";

/**
 * What follows from facts, in the transaction that makes them so: both are on disk, or neither is. It is asked again when
 * that is retried, so it has no effect of its own.
 */
export interface Reaction {
  /** To what happened to a verification, which is as the decision left it. */
  verification?(fact: FactType, verification: Verification, now: number): Consequences | undefined;
  /** To an attempt that was made, or of which its provider told something new. */
  attempt?(attempt: Attempt): readonly WebhookPost[];
  /** To a call of v1 that was answered. */
  call?(fact: CallFact): readonly WebhookPost[];
  /** To what is noticed of an account on which somebody tries codes. */
  spray?(spray: Spray): readonly WebhookPost[];
  /** To a change of a resource. What follows it writes itself. */
  resource?(fact: ResourceFact): Work<void>;
}

export interface Consequences extends Omit<GuardAdditions, "blocks"> {
  posts?: readonly WebhookPost[];
  /** The verification's latest attempt is converted: the right code followed it. */
  isConverted?: boolean;
}

/** An approval converts the attempt that led to it. Every store begins with this one. */
export const conversion: Reaction = {
  verification: (fact) => (fact === "approved" ? { isConverted: true } : undefined),
};

/** Everything that follows from a decision. @param current the verification that was decided on */
export function consequencesOf(
  reactions: readonly Reaction[],
  { facts = [], sends = [], verification: changed }: Decision<unknown>,
  current: Verification | undefined,
  now: number,
): Required<Consequences> {
  const all = {
    posts: [] as WebhookPost[],
    counts: [] as CountChange[],
    known: [] as KnownRecipient[],
    isConverted: false,
  };
  const verification = changed ?? current;
  for (const fact of facts) {
    for (const reaction of reactions) {
      if (typeof fact !== "string") all.posts.push(...(reaction.call?.(fact) ?? []));
      const follows = verification && typeof fact === "string" && reaction.verification?.(fact, verification, now);
      if (!follows) continue;
      all.posts.push(...(follows.posts ?? []));
      all.counts.push(...(follows.counts ?? []));
      all.known.push(...(follows.known ?? []));
      all.isConverted ||= follows.isConverted ?? false;
    }
  }
  for (const { attempt } of sends) all.posts.push(...postsOf(reactions, attempt));
  return all;
}

/** What webhooks are to hear of an attempt that has just changed. */
export function postsOf(reactions: readonly Reaction[], attempt: Attempt): WebhookPost[] {
  return reactions.flatMap((reaction) => reaction.attempt?.(attempt) ?? []);
}

/** Has every reaction hear of a change of a resource, within its transaction. */
export function* followChange(reactions: readonly Reaction[], fact: ResourceFact): Work<void> {
  for (const reaction of reactions) if (reaction.resource) yield* reaction.resource(fact);
}
