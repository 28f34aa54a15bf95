import type { ConsoleVerification } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { pageMeta, pageRequest } from "../kernel/page.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import { decideEnd, endedBy } from "../verifications/end.ts";
import { secondsLeft, statusAt } from "../verifications/verification.ts";
import { masked } from "./recipient-mask.ts";
import { timelineOf } from "./timeline.ts";
import { type LoggedVerification, lastLost } from "./verification-log.ts";
import type { VerificationFilter } from "./verification-search.ts";

export interface LogParts {
  log: Store["log"];
  refusedStarts: Store["refusedStarts"];
  safeNumbers: Pick<Store["safeNumbers"], "fetch">;
  audit: Store["audit"];
  decide: Store["decide"];
  clock: () => number;
  /** Whether recipients are shown whole, as where nobody is real. */
  showsRecipients?: boolean | undefined;
}

type Ids =
  | "listConsoleVerifications"
  | "fetchConsoleVerification"
  | "updateConsoleVerification"
  | "listVerificationEvents"
  | "revealRecipient";

/** The operations that show what happened to every verification. */
export function verificationLogHandlers(parts: LogParts): Pick<Handlers, Ids> {
  const { log, clock, showsRecipients = false } = parts;
  return {
    async listConsoleVerifications({ accountSid, query, url }) {
      const request = pageRequest(query);
      if (!request.ok) return request;
      const now = clock();
      const { items, places, ...rest } = await log.list(accountSid, filterOf(query), request.value, now);
      return accepted({
        verifications: items.map((each) => verificationBody(each, now, showsRecipients)),
        meta: pageMeta("verifications", query, { ...rest, items: places }, url),
      });
    },

    async fetchConsoleVerification({ accountSid, path }) {
      const found = await log.fetch(accountSid, path.Sid);
      return found ? accepted(verificationBody(found, clock(), showsRecipients)) : refused(20404);
    },

    async updateConsoleVerification({ by, accountSid, path: { Sid: sid }, body: { Status: status } }) {
      const serviceSid = (await log.fetch(accountSid, sid))?.verification.serviceSid;
      if (serviceSid === undefined) return refused(20404, { reason: "unknown" });
      const ended = await parts.decide<Outcome<undefined, 20404>>({
        accountSid,
        serviceSid,
        target: { sid },
        decide({ current }, now) {
          const decided = decideEnd(current, status, now);
          return decided.ok
            ? { outcome: accepted(undefined), ...endedBy(by, decided.value, status, now) }
            : { outcome: decided };
        },
      });
      if (!ended.ok) return ended;
      const after = await log.fetch(accountSid, sid);
      return after
        ? accepted(verificationBody(after, clock(), showsRecipients))
        : refused(20404, { reason: "unknown" });
    },

    async listVerificationEvents({ accountSid, path }) {
      const found = await log.fetch(accountSid, path.Sid);
      if (!found) return refused(20404);
      const queued = found.sends.filter(({ delivery: { status } }) => status === "queued");
      const waiting = await Promise.all(queued.map(async (send) => [send.sid, await log.waiting(send)] as const));
      const known = waiting.flatMap(([sid, tried]) => (tried ? [[sid, tried] as const] : []));
      return accepted({ events: timelineOf(found, new Map(known), clock()) });
    },

    async revealRecipient({ by, accountSid, path: { Sid: sid } }) {
      const to = await revealed(parts, accountSid, sid, by);
      return to === undefined ? refused(20404) : accepted({ sid, to });
    },
  };
}

/** The whole recipient, once the trail says who asked for it; undefined where there is none. */
export async function revealed(
  { log, refusedStarts, safeNumbers, audit, clock }: Omit<LogParts, "decide" | "showsRecipients">,
  accountSid: string,
  sid: string,
  by: Request<"revealRecipient">["by"],
): Promise<string | undefined> {
  const [resourceType, find] = {
    RQ: ["refused_start", async () => (await refusedStarts.fetch(accountSid, sid))?.recipient] as const,
    GN: ["safe_number", async () => (await safeNumbers.fetch({ accountSid, sid }))?.phoneNumber] as const,
  }[sid.slice(0, 2)] ?? ["verification", async () => (await log.fetch(accountSid, sid))?.verification.recipient];
  const to = await find();
  if (!to) return undefined;
  await audit.add({ accountSid, by, at: clock(), action: "revealed", resourceType, resourceSid: sid });
  return to;
}

function filterOf({
  after,
  before,
  service_sid,
  error_code,
  to,
  ...query
}: Request<"listConsoleVerifications">["query"]): VerificationFilter {
  const { status, channel, country, tag } = query;
  return {
    ...{ status, channel, country, tag, serviceSid: service_sid, errorCode: error_code, recipient: to && keyOf(to) },
    ...{ createdAfter: timeOf(after), createdBefore: timeOf(before) },
  };
}

export function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** What is kept stands under the recipient as it was parsed; what cannot be parsed was never sent to. */
export function keyOf(to: string): string {
  const recipient = parseRecipient(to);
  return recipient.ok ? recipient.value.value : to;
}

/** A verification as list and fetch answer it. */
export function verificationBody(
  { verification, serviceName, sends, tags }: LoggedVerification,
  now: number,
  isWhole: boolean,
): ConsoleVerification {
  const { sid, accountSid, serviceSid, recipient, channel, country, attempts, checks } = verification;
  const status = statusAt(verification, now);
  const isPending = status === "pending";
  return {
    sid,
    account_sid: accountSid,
    service_sid: serviceSid,
    service_name: serviceName,
    to: isWhole ? recipient : masked(recipient),
    is_masked: !isWhole,
    channel,
    country: country ?? sends[0]?.country ?? null,
    status,
    reason: verification.status === "pending" ? (isPending ? null : "expired") : verification.status,
    sends: attempts.length,
    checks,
    sends_left: isPending ? Math.max(0, limits.sendsMax - attempts.length) : 0,
    checks_left: isPending ? Math.max(0, limits.checksMax - checks) : 0,
    error_code: lastLost(sends)?.delivery.errorCode ?? null,
    tags,
    seconds_left: isPending ? secondsLeft(verification, now) : 0,
    date_created: isoTime(verification.createdAt),
    date_updated: isoTime(verification.updatedAt),
    date_expires: isoTime(verification.expiresAt),
  };
}
