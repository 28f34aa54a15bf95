import type { Handler } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { StartParts } from "./composed-send.ts";
import type { VerificationCommand } from "./ledger.ts";
import { type AskCarrier, decideSna } from "./sna.ts";
import { openSnaToken } from "./sna-token.ts";

type Answer = Awaited<ReturnType<Handler<"openSnaUrl">>>;

export type SnaParts = Pick<StartParts, "store" | "vault"> & { askCarrier: AskCarrier };

export function openSnaUrl({ store, vault, askCarrier }: SnaParts): Handler<"openSnaUrl"> {
  return async ({ path }) => {
    const opened = openSnaToken(vault, path.Token);
    const recipient = parseRecipient(opened?.recipient ?? "");
    if (!opened || !recipient.ok) return refused(20404);
    const { accountSid, serviceSid, attemptSid, clientToken } = opened;
    const answer = await askCarrier(recipient.value);
    const command: VerificationCommand<Answer> = {
      accountSid,
      serviceSid,
      target: { recipient: recipient.value.value },
      decide({ current }, now) {
        const verification = decideSna(current, attemptSid, answer.code, now);
        if (!verification) return { outcome: refused(20404) };
        return {
          outcome: accepted({
            ErrorCode: String(answer.code),
            ErrorDescription: answer.description,
            Carrier: answer.carrier,
            ...(answer.code === 0 && clientToken !== null && { SnaClientToken: clientToken }),
          }),
          verification,
        };
      },
    };
    return store.decide(command);
  };
}
