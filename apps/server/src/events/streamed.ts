import type {
  StreamedAttempt,
  StreamedCheck,
  StreamedEventList,
  StreamedSend,
  StreamedVerification,
} from "@countersign/types";
import type { Attempt } from "../attempts/attempt.ts";
import type { ToldVerification } from "../console/verification-log.ts";
import type { Service } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import type { Spray } from "../verifications/guesses.ts";
import type { SendAttempt, Verification } from "../verifications/verification.ts";
import type { ClaimedPost } from "./posts.ts";

/** An event as Event Streams has it. */
export type StreamedEvent = StreamedEventList[number];

/** What waits of one. The rest, the recipient above all, is read from the log when it is posted. */
interface WaitingEvent {
  type: StreamedEvent["type"];
  time: string;
  data: Owner & {
    verification_sid?: string;
    attempt_sid?: string;
    friendly_name?: string;
    /** How many of each there were: later ones are not shown. Of an expiry all are. */
    send_code_attempts?: { count: number };
    check_attempts?: { count: number };
  };
}

interface Owner {
  account_sid: string;
  service_sid: string;
}

const prefix = "com.twilio.accountsecurity.verify.";
const sprayed = "countersign.account.sprayed";

/** Whether the payload of a post is one of these. */
export function isStreamed(payload: object): payload is WaitingEvent {
  const { type = "" } = payload as Partial<WaitingEvent>;
  return type.startsWith(prefix) || type === sprayed;
}

/** Whether all is told of a service's verifications. */
export function isSubscribed(service: Service | undefined): boolean {
  return service?.settings.verifyEventSubscriptionEnabled ?? false;
}

type VerificationEnd = "approved" | "canceled" | "expired" | "max_attempts_reached";

/** @param isCheck whether a right code led to it */
export function waitingVerification(
  status: "pending" | VerificationEnd,
  verification: Verification,
  at: number,
  { service, isCheck }: { service: Service | undefined; isCheck: boolean },
): WaitingEvent {
  const { accountSid, serviceSid, sid, attempts, checks } = verification;
  const isRight = status === "approved" && isCheck;
  return {
    type: `${prefix}verification.${status}`,
    time: timeOf(at),
    data: {
      ...{ account_sid: accountSid, service_sid: serviceSid, verification_sid: sid },
      friendly_name: service?.settings.friendlyName ?? "",
      ...(status !== "expired" && {
        send_code_attempts: { count: attempts.length },
        check_attempts: { count: checks + Number(isRight) },
      }),
    },
  };
}

/** Nothing while its message waits. */
export function waitingAttempt({ delivery: { status }, ...attempt }: Attempt): WaitingEvent | undefined {
  if (status === "queued") return undefined;
  const { accountSid, serviceSid, verificationSid, sid, updatedAt } = attempt;
  const owner = { account_sid: accountSid, service_sid: serviceSid };
  return {
    type: `${prefix}attempt-dlr.${status}`,
    time: timeOf(updatedAt),
    data: { ...owner, verification_sid: verificationSid, attempt_sid: sid },
  };
}

export function waitingSpray({ accountSid, serviceSid, refused, approved, noticedAt }: Spray): WaitingEvent {
  const owner = { account_sid: accountSid, service_sid: serviceSid };
  const data = { ...owner, refused_checks: refused, approved_checks: approved };
  return { type: sprayed, time: timeOf(noticedAt), data };
}

/** An event as it was at its time, with all that is told of it; nothing once what it tells of is erased. */
export async function streamedEvent(
  { sid, accountSid, serviceSid, createdAt }: ClaimedPost,
  { type, time, data }: WaitingEvent,
  store: Pick<Store, "log" | "attempts">,
): Promise<StreamedEvent | undefined> {
  if (type === sprayed) return enveloped(sid, { type, time, data });
  if (data.attempt_sid !== undefined) {
    const attempt = await store.attempts.fetch(accountSid, data.attempt_sid);
    return attempt?.recipient ? enveloped(sid, { type, time, data: attemptAt(attempt, type) }) : undefined;
  }
  const logged = await store.log.told(accountSid, serviceSid, data.verification_sid ?? "");
  if (!logged?.verification.recipient) return undefined;
  return enveloped(sid, { type, time, data: verificationAt(logged, { type, time, data }, createdAt) });
}

const schemas = "https://events-schemas.twilio.com/AccountSecurity.";

/** @param event with all of its data */
export function enveloped(
  id: string,
  { type, time, data }: { type: string; time: string; data: object },
): StreamedEvent {
  const { service_sid, verification_sid, attempt_sid } = data as WaitingEvent["data"];
  const ofVerification = verification_sid === undefined ? "" : `/Verifications/${verification_sid}`;
  const schema = attempt_sid === undefined ? "VerifyEventStreamEvent/2" : "VerifyEventStreamDLREvent/1";
  return {
    specversion: "1.0",
    type,
    source: `/v2/Services/${service_sid}${ofVerification}`,
    id,
    time,
    datacontenttype: "application/json",
    ...(verification_sid !== undefined && { dataschema: schemas + schema }),
    data,
  } as StreamedEvent;
}

function verificationAt(
  { verification, facts, sends, told }: ToldVerification,
  { type, time, data }: WaitingEvent,
  at: number,
): StreamedVerification {
  const { sid, accountSid, serviceSid, recipient, country, createdAt, expiresAt } = verification;
  const attempts = verification.attempts.slice(0, data.send_code_attempts?.count);
  const hasOwnCode = told.slice(0, attempts.length).some((each) => each?.hasOwnCode);
  const rows = new Map(sends.map((send) => [send.sid, send]));
  const latest = attempts.flatMap((attempt) => rows.get(attempt.sid) ?? []).at(-1);
  const status = type.slice(type.lastIndexOf(".") + 1).toUpperCase() as StreamedVerification["verification_status"];
  const checks = checksAt(facts, data.check_attempts?.count, time);
  return {
    account_sid: accountSid,
    service_sid: serviceSid,
    verification_sid: sid,
    friendly_name: data.friendly_name ?? "",
    custom_friendly_name: told[attempts.length - 1]?.name ?? null,
    custom_code_enabled: hasOwnCode,
    to: recipient,
    country,
    code_length: hasOwnCode ? null : latest?.codeLength || null,
    verification_status: status,
    created_at: timeOf(createdAt),
    verified_at: status === "APPROVED" ? time : null,
    expired_at: timeOf(expiresAt),
    send_code_attempts: {
      count: attempts.length,
      attempts: attempts.map((attempt, place) => sendAt(attempt, rows.get(attempt.sid), told[place]?.tags, at)),
    },
    check_attempts: { count: checks.length, attempts: checks },
  };
}

/** What is written of checks later is not among the first of them. */
function checksAt(facts: ToldVerification["facts"], count: number | undefined, time: string): StreamedCheck[] {
  const wrong = facts.filter(({ type }) => type === "check_refused" || type === "locked").slice(0, count);
  const checks = wrong.map(({ at }): StreamedCheck => ({ time: timeOf(at), status: "FAILURE" }));
  return count !== undefined && checks.length < count ? [...checks, { time, status: "SUCCESS" }] : checks;
}

/** How far a message had come at a time. */
function sendAt(
  { sid, channel, at: sentAt }: SendAttempt,
  send: Attempt | undefined,
  tags: StreamedSend["tags"] = {},
  at: number,
): StreamedSend {
  const { status = null, errorCode = null } = send ? deliveryAt(send, at) : {};
  return {
    time: timeOf(sentAt),
    channel: upper(channel),
    attempt_sid: sid,
    delivery_status: status && upper(status),
    error_code: errorCode,
    locale: send?.locale ?? null,
    tags,
  };
}

function deliveryAt({ delivery, handedOverAt, endedAt, updatedAt }: Attempt, at: number): Partial<Attempt["delivery"]> {
  const { status } = delivery;
  if (status === "queued") return { status };
  // Of a message that ended more than a month after it was sent it is not kept when.
  if (status !== "sent" && (endedAt ?? updatedAt) <= at) return delivery;
  return { status: handedOverAt !== null && handedOverAt <= at ? "sent" : "queued" };
}

function attemptAt(attempt: Attempt, type: string): StreamedAttempt {
  const { accountSid, serviceSid, verificationSid, sid, channel, delivery, lookup, createdAt, recipient } = attempt;
  const status = upper(type.slice(type.lastIndexOf(".") + 1)) as StreamedAttempt["dlr_status"];
  return {
    created_at: timeOf(createdAt),
    account_sid: accountSid,
    service_sid: serviceSid,
    verification_sid: verificationSid,
    attempt_sid: sid,
    channel: upper(channel) as StreamedAttempt["channel"],
    dlr_status: status,
    // What it failed by was not known when it was handed over.
    error_code: (status === "SENT" ? null : delivery.errorCode) ?? "",
    has_fallback: false,
    is_fallback: false,
    mcc: lookup?.mobileCountryCode ?? null,
    mnc: lookup?.mobileNetworkCode ?? null,
    number_segments: null,
    to: recipient ?? "",
  };
}

const upper = <Word extends string>(word: Word) => word.toUpperCase() as Uppercase<Word>;
const timeOf = (at: number) => new Date(at).toISOString();
