import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { attemptBody } from "./attempt-body.ts";

export function fetchAttempt({ store, clock }: Dependencies): Handler<"fetchAttempt"> {
  return async ({ accountSid, path, base }) => {
    const attempt = await store.attempts.fetch(accountSid, path.Sid);
    return attempt ? accepted(attemptBody(attempt, clock(), base)) : refused(20404);
  };
}
