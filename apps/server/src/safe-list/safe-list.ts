import type { SafeNumber as SafeNumberBody } from "@countersign/types";
import { type RequestStore, tooManyRequests } from "../accounts/store.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { found, gone } from "../kernel/wire.ts";
import { readRecipient } from "../verifications/verifications.ts";
import type { SafeNumber, SafeNumberStore } from "./store.ts";

type Ids = "createSafeNumber" | "fetchSafeNumber" | "deleteSafeNumber";

interface Parts {
  safeNumbers: SafeNumberStore;
  requests: RequestStore;
  guardPolicy?: GuardPolicy | undefined;
  takesUnlisted?: boolean;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Safe list. */
export function safeListHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { safeNumbers, clock, newSid, guardPolicy, takesUnlisted = false } = parts;
  const counted = async <T>(accountSid: string, act: () => Promise<T>) =>
    (await tooManyRequests(parts, { accountSid, name: "safeList" }, limits.safeListRequests)) ?? act();
  return {
    async createSafeNumber({ by, accountSid, body, base }) {
      const read = readRecipient({ takesUnlisted }, body.PhoneNumber, "sms");
      if (!read.ok) return invalid("PhoneNumber", read.refusal.details);
      if (guardPolicy?.safeNumbers === "off") return refused(60204);
      const number = { accountSid, sid: newSid("GN"), phoneNumber: read.value.value, createdAt: clock() };
      return counted(accountSid, async () =>
        (await safeNumbers.add(number, by)) ? accepted(safeNumberBody(number, base)) : refused(60411),
      );
    },

    fetchSafeNumber: ({ accountSid, path, base }) =>
      counted(accountSid, async () => {
        const number = await safeNumbers.fetch({ accountSid, phoneNumber: numberIn(path.PhoneNumber) });
        return found(number, (each) => safeNumberBody(each, base));
      }),

    deleteSafeNumber: ({ by, accountSid, path }) =>
      counted(accountSid, async () =>
        gone(await safeNumbers.remove({ accountSid, phoneNumber: numberIn(path.PhoneNumber) }, by)),
      ),
  };
}

/** As a list has it. What is no number is on none. */
function numberIn(text: string): string {
  const recipient = parseRecipient(text);
  return recipient.ok ? recipient.value.value : text;
}

function safeNumberBody({ sid, phoneNumber }: SafeNumber, base: string): SafeNumberBody {
  return { sid, phone_number: phoneNumber, url: `${base}/v2/SafeList/Numbers/${phoneNumber}` };
}
