import type { Post as PostBody } from "@countersign/types";
import { type PostStatus, postStatus, type WaitingPost } from "../events/posts.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";

interface Parts {
  posts: Pick<Store["posts"], "list" | "retry">;
  clock: Clock;
}

/** What waits for webhooks, and what they did not take. */
export function postHandlers({ posts, clock }: Parts): Pick<Handlers, "listPosts" | "retryPost"> {
  return {
    async listPosts({ accountSid, query, url }) {
      const status = query.status as PostStatus | undefined;
      return listed("posts", { query, url }, (page) => posts.list(accountSid, status, page), postBody);
    },

    async retryPost({ accountSid, path, by }) {
      const retried = await posts.retry({ sid: path.Sid, accountSid }, clock(), by);
      return retried ? accepted(postBody(retried)) : refused(20404);
    },
  };
}

function postBody(post: WaitingPost): PostBody {
  const { sid, serviceSid, webhookId, webhookName, tries, error, payload, createdAt, dueAt } = post;
  return {
    sid,
    service_sid: serviceSid,
    webhook_id: webhookId,
    webhook_name: webhookName,
    status: postStatus(post),
    tries,
    error,
    payload: masked(payload) as PostBody["payload"],
    date_created: isoTime(createdAt),
    date_next_try: dueAt === null ? null : isoTime(dueAt),
  };
}

/** Those of v1 have the number that was called for, as the caller wrote it. */
const numberFields = new Set(["s_phone_number"]);

/** What tells of people in those of a service's webhooks: the receiver knows who it is. */
const personalFields = new Set([
  ...["entity_identity", "factor_friendly_name", "challenge_details", "challenge_hidden_details", "challenge_metadata"],
]);

/** The same without whole recipients: of a number the last four digits are left. */
function masked(value: unknown, name = ""): unknown {
  if (personalFields.has(name)) return "•••";
  if (typeof value === "string") return numberFields.has(name) ? value.replace(/\d(?=(?:\D*\d){4})/g, "•") : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, key)]));
}
