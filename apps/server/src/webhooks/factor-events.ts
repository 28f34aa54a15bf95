import type { FactorEvent, WebhookEventType } from "@countersign/types";
import type { Challenge } from "../challenges/challenge.ts";
import { addPosts, type ClaimedPost } from "../events/posts.ts";
import type { Reaction } from "../events/reactions.ts";
import type { ToldFactor } from "../factors/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { newSid } from "../kernel/random.ts";
import type { ResourceFact } from "../sql/resources.ts";
import { run } from "../sql/text.ts";
import { uuidOfSid } from "../v1/keys.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { signedForm } from "./signed-form.ts";
import { type ServiceWebhookStore, webhooks } from "./store.ts";

/** What waits of an event: all but its id, which its post has. */
type Waiting = Omit<FactorEvent, "uuid">;

/** The webhooks of a service hear of its factors and challenges: what waits for them is on disk with the fact, or neither is. */
export function factorReports(keys: DayKeys, clock: Clock): Reaction {
  return {
    *resource(fact) {
      const payload = eventOf(fact);
      if (!payload) return;
      const { account_sid: accountSid, service_sid: serviceSid, type } = payload;
      const { rows } = yield* run(
        `SELECT ${webhooks.fieldColumns} FROM webhooks WHERE service_sid = $1 AND status = 'enabled' ORDER BY sid`,
        [serviceSid],
      );
      const now = clock();
      const posts = rows.map(webhooks.of).flatMap(({ sid: webhookId, eventTypes }) => {
        const isHeard = eventTypes.includes("*") || eventTypes.includes(type as WebhookEventType);
        return isHeard ? [{ accountSid, serviceSid, sid: newSid("WD", now), webhookId, payload, createdAt: now }] : [];
      });
      yield* addPosts(posts, keys);
    },
  };
}

function eventOf({ table, kind, before, after }: ResourceFact): Waiting | undefined {
  if (table === "factors") return factorEvent(kind, before as ToldFactor | null, after as ToldFactor | null);
  if (table === "challenges") return challengeEvent(before as Challenge | null, after as Challenge | null);
  return undefined;
}

function factorEvent(
  kind: ResourceFact["kind"],
  before: ToldFactor | null,
  after: ToldFactor | null,
): Waiting | undefined {
  const isVerified = after?.status === "verified" && before?.status === "unverified";
  const factor = after ?? before;
  if (!factor || (kind === "changed" && !isVerified)) return undefined;
  return {
    type: `factor.${kind === "changed" ? "verified" : kind}`,
    ...whose(factor),
    factor_sid: factor.sid,
    factor_type: factor.factorType,
    factor_friendly_name: factor.friendlyName,
    factor_status: factor.status,
    date_created: isoTime(factor.createdAt),
  };
}

function challengeEvent(before: Challenge | null, challenge: Challenge | null): Waiting | undefined {
  if (challenge?.status !== "approved" && challenge?.status !== "denied") return undefined;
  // What else changes of one that is answered is not told.
  if (before?.status === challenge.status) return undefined;
  const { status, details, hiddenDetails, metadata, respondedAt, createdAt } = challenge;
  return {
    type: `challenge.${status}`,
    ...whose(challenge),
    factor_sid: challenge.factorSid,
    factor_type: challenge.factorType,
    challenge_sid: challenge.sid,
    challenge_status: status,
    ...(details && { challenge_details: JSON.stringify(details) }),
    ...(hiddenDetails && { challenge_hidden_details: JSON.stringify(hiddenDetails) }),
    ...(metadata && { challenge_metadata: JSON.stringify(metadata) }),
    date_created: isoTime(createdAt),
    ...(respondedAt !== null && { date_responded: isoTime(respondedAt) }),
  };
}

function whose({ accountSid, serviceSid, identity }: { accountSid: string; serviceSid: string; identity: string }) {
  return { account_sid: accountSid, service_sid: serviceSid, entity_identity: identity };
}

/** What a webhook of the first version gets. */
const short: readonly (keyof FactorEvent)[] = [
  "uuid",
  "type",
  "account_sid",
  "service_sid",
  "entity_identity",
  "factor_sid",
  "factor_type",
  "challenge_sid",
];

/** Makes the function that writes the requests, to a webhook as it is then; nothing for one that is disabled or gone. */
export function createFactorRequests(
  store: Pick<ServiceWebhookStore, "fetch" | "signingSecrets">,
  { clock, signingClock }: { clock: Clock; signingClock: Clock },
) {
  return async ({ accountSid, serviceSid, sid, webhookId, payload }: ClaimedPost) => {
    const webhook = await store.fetch({ accountSid, serviceSid, sid: webhookId });
    if (webhook?.status !== "enabled") return undefined;
    const secrets = await store.signingSecrets(accountSid, clock());
    if (secrets.length === 0) return { error: "the account's signing secret was sealed with a secret that is gone" };
    const all = Object.entries<string>({ uuid: uuidOfSid(sid), ...(payload as Waiting) });
    const told = webhook.version === "v1" ? all.filter(([name]) => short.some((each) => each === name)) : all;
    return signedForm(webhook.webhookUrl, Object.fromEntries(told), { sid, secrets, now: signingClock() });
  };
}
