import { accepted, refused } from "../domain/refusal.ts";
import { attemptBody } from "./attempt-body.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";

export function fetchAttempt({ store, clock }: Dependencies): Handler<"fetchAttempt"> {
  return async ({ accountSid, path, base }) => {
    const attempt = await store.attempts.fetch(accountSid, path.Sid);
    return attempt ? accepted(attemptBody(attempt, clock(), base)) : refused(20404);
  };
}
