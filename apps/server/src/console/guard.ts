import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import type { PrefixBlock } from "../guard/counts.ts";
import { startsLeftTo } from "../guard/pumping.ts";
import { accountLimits, countryRule, type GuardPolicy, isGuarding } from "../guard/send-guard.ts";
import { guardOf } from "../guard/settings.ts";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { type GuardParts, guardVerdict } from "./guard-verdict.ts";

type Ids = "fetchGuard" | "fetchGuardVerdict" | "liftPrefix";

/** What keeps sends within bounds: what it does, and what it would. */
export function guardHandlers(parts: GuardParts): Pick<Handlers, Ids> {
  const { blocks, clock } = parts;
  const policy = () => parts.guardPolicy ?? guardOf({});
  return {
    async fetchGuard({ accountSid }) {
      const [notes, limits, numbers] = await Promise.all([
        blocks.list(clock(), accountSid),
        limitBodies(blocks, policy(), accountSid, clock()),
        parts.safeNumbers.count(accountSid),
      ]);
      const { safePrefixes, safeNumbers: passes } = policy();
      return accepted({
        mode: modeOf(parts.guardPolicy),
        prefixes: notes.map(prefixBody),
        limits,
        countries: countryBodies(policy()),
        safe_list: { prefixes: [...safePrefixes], numbers, passes },
      });
    },

    fetchGuardVerdict: (request) => guardVerdict(parts, request),

    liftPrefix: async ({ accountSid, path, by }) =>
      (await blocks.lift(accountSid, path.Prefix, clock(), by)) ? accepted(undefined) : refused(20404),
  };
}

export type GuardMode = "on" | "observe" | "off";

export function modeOf(policy: GuardPolicy | undefined): GuardMode {
  if (!policy || !isGuarding(policy)) return "off";
  return policy.isObserving ? "observe" : "on";
}

function prefixBody(note: Awaited<ReturnType<GuardParts["blocks"]["list"]>>[number]) {
  const { prefix, current, former, times, blockedAt, blockedUntil } = note;
  return {
    prefix,
    country: countryOf(note),
    starts: current.used + former.used,
    approvals: current.approved + former.approved,
    starts_left: Math.max(0, startsLeftTo(note)),
    times,
    date_suspected: isoTime(blockedAt),
    date_ends: isoTime(blockedUntil),
  };
}

/** That of a number which begins so, whatever its last digits are. */
function countryOf({ prefix, openDigits }: Pick<PrefixBlock, "prefix" | "openDigits">): string | null {
  for (const digit of "1234567890") {
    const country = parsePhoneNumberFromString(prefix + digit.repeat(openDigits))?.country;
    if (country) return country;
  }
  return null;
}

async function limitBodies(blocks: GuardParts["blocks"], policy: GuardPolicy, accountSid: string, now: number) {
  const ofAccount = accountLimits(policy, now);
  const used = await Promise.all(ofAccount.map(({ counters }) => blocks.used(accountSid, counters)));
  return (["recipient", "account", "client"] as const).flatMap((name) =>
    (policy.limits[name] ?? []).map(({ requestsMax: max, seconds }, index) => ({
      ...{ name, max, seconds },
      used: name === "account" ? (used[index] ?? 0) : null,
    })),
  );
}

function countryBodies(policy: GuardPolicy) {
  return getCountries().map((country: CountryCode) => {
    const rule = countryRule(policy, country, getCountryCallingCode(country));
    return { country, channels: { sms: rule, call: rule, whatsapp: rule } };
  });
}
