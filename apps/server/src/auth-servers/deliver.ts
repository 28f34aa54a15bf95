import { counterOf, windowAt, windowSecondsMax } from "../guard/counts.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import { guardOf } from "../guard/settings.ts";
import { carrierLookup } from "../kernel/carrier-lookup.ts";
import type { Author } from "../kernel/handler.ts";
import type { RequestLimit } from "../kernel/limits.ts";
import { resolveLocale } from "../kernel/locale.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import { start } from "../verifications/start.ts";
import { choose, readRecipient } from "../verifications/verifications.ts";
import type { AuthServerSetting, CodeToDeliver } from "./auth-server.ts";

/** Codes to one number: as many as one verification sends, in as long as one lives, though each code begins another. */
const recipientLimit: RequestLimit = { requestsMax: 5, seconds: 600 };

/**
 * The policy of sends that an auth server asks for. Nobody tells here which codes were right, so no prefix can be judged by
 * its approvals; and what only observes the traffic does not lift what a single verification would be held to.
 * @param policy the operator's, whose own limit for as long a time takes the place of this one
 */
export function policyForAuthServers(policy: GuardPolicy = guardOf({})): GuardPolicy {
  const limits = policy.isObserving ? {} : policy.limits;
  const given = limits.recipient ?? [];
  const isGiven = given.some(({ seconds }) => seconds === recipientLimit.seconds);
  const recipient = isGiven ? given : [...given, recipientLimit];
  return { ...policy, limits: { ...limits, recipient }, blocksPumping: false, isObserving: false };
}

interface Delivering {
  by: Author;
  hasHungUp: () => boolean;
}

/**
 * Has a code delivered that an auth server made. It is a verification like any other: a code after another ends the one
 * before, and the same code again is the same request, which comes when its answer was lost.
 * @param parts with the guard of `policyForAuthServers`
 */
export async function deliverCode(
  parts: StartParts,
  { name, accountSid, serviceSid }: AuthServerSetting,
  { to, code, locale: wanted, client, once }: CodeToDeliver,
  { by, hasHungUp }: Delivering,
): Promise<Outcome<unknown>> {
  const body = { To: to, Channel: "sms" } as const;
  const read = readRecipient(parts, body.To, body.Channel);
  if (!read.ok) return read;
  const recipient = read.value;
  const country = recipient.kind === "phone" ? recipient.country : null;
  const asked = resolveLocale({ parameter: wanted, country });
  // A person whose language is not spoken here still wants the code.
  const locale = asked.ok ? asked : resolveLocale({ parameter: null, country });
  if (!locale.ok) return locale;
  const lookup = recipient.kind === "phone" ? carrierLookup(recipient, parts.carriers) : null;
  const localeBy = wanted !== null && asked.ok ? "caller" : country !== null ? "country" : "nobody";
  return start<Outcome<unknown>>(parts, {
    accountSid,
    serviceSid,
    recipient,
    locale: locale.value,
    lookup,
    customCode: code,
    anew: {
      by,
      counter: once && counterOf(windowAt(once.at, windowSecondsMax), parts.vault.hashValue(`${name} ${once.id}`)),
      repeated: accepted(undefined),
    },
    client,
    hasHungUp,
    texts: {},
    noService: refused(20404),
    choose: (service) => choose(parts, body, { lookup, locale: locale.value, localeBy }, service),
    answer: () => accepted(undefined),
    refused: (refusal) => refusal,
  });
}
