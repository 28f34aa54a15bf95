import { parseRecipient } from "../domain/recipient.ts";
import { accepted, refused } from "../domain/refusal.ts";
import { decideSna } from "../domain/sna.ts";
import type { VerificationCommand } from "../ports.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";

type Answer = Awaited<ReturnType<Handler<"openSnaUrl">>>;

export function openSnaUrl({ store, vault, askCarrier }: Dependencies): Handler<"openSnaUrl"> {
  return async ({ path }) => {
    const [accountSid, serviceSid, to, attemptSid] = openToken(vault.openText, path.Token);
    const recipient = parseRecipient(to ?? "");
    if (!accountSid || !serviceSid || !attemptSid || !recipient.ok) return refused(20404);
    const answer = await askCarrier(recipient.value);
    const command: VerificationCommand<Answer> = {
      accountSid,
      serviceSid,
      target: { recipient: recipient.value.value },
      decide({ current }, now) {
        const verification = decideSna(current, attemptSid, answer.code, now);
        if (!verification) return { outcome: refused(20404) };
        const token = answer.code === 0 ? verification.sna?.clientToken : null;
        return {
          outcome: accepted({
            ErrorCode: String(answer.code),
            ErrorDescription: answer.description,
            Carrier: answer.carrier,
            ...(token && { SnaClientToken: token }),
          }),
          verification,
        };
      },
    };
    return store.decide(command);
  };
}

/** What the token names; nothing when it was not made here. */
function openToken(open: (sealed: string) => string, token: string): (string | undefined)[] {
  try {
    return JSON.parse(open(token));
  } catch {
    // Made up, altered, or sealed under a secret that is gone: all are an address that does not exist.
    return [];
  }
}
