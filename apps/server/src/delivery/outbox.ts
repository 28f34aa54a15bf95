import { type DeliveryReport, endOf } from "../attempts/attempt.ts";
import type { Channel } from "../kernel/recipient.ts";
import { queueOf } from "../sql/queue.ts";
import { type Table, table } from "../sql/table.ts";
import type { Sql } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";

/** A message that waits for its channel. It holds the code, so it is stored sealed, and erased on hand-over. */
export interface OutboxMessage {
  accountSid: string;
  serviceSid: string;
  attemptSid: string;
  channel: Channel;
  /** The composed message with its recipient, encrypted. */
  sealed: string;
  createdAt: number;
  /** When the code is worthless, and the message not worth sending. */
  expiresAt: number;
  /** That of its attempt, which whoever decides knows, and whoever claims it does not. */
  country?: string | null;
}

/** What of the outbox is written for many messages at once. */
export interface OutboxWrites {
  /**
   * Erases messages that were handed over or given up, and records in the Attempts log how far they came, unless a
   * receipt was faster, and what follows from that. The first to settle a message is the one that counts.
   */
  settle(done: readonly HandedOver[], now: number): Promise<void>;
  /** Makes messages claimable again at their time, unless somebody else has claimed them since. */
  retry(failures: readonly FailedTry[]): Promise<void>;
}

export interface ClaimedMessage extends OutboxMessage {
  /** How often it was given to a channel or was about to be, this time included. */
  tries: number;
  /** Why the last try failed; null as long as none has. */
  errorCode: string | null;
}

export interface FailedTry {
  message: ClaimedMessage;
  dueAt: number;
  /** Null when it was not tried after all: then no try is counted, and why the last one failed stays. */
  errorCode: string | null;
}

export interface HandedOver {
  message: OutboxMessage;
  report: DeliveryReport;
  /** What a later receipt names it by; unique among all providers. */
  reference?: string;
  /** Who took it, or was asked last. */
  provider?: string | undefined;
  /** How often it was given to a provider. */
  tries?: number;
}

/** What an attempt's row is to say of a message that was settled. */
export function settledAttempt({ message, report, reference, provider, tries }: HandedOver, now: number) {
  const { status, errorCode } = report;
  const ms = now - message.createdAt;
  return {
    status,
    error_code: errorCode,
    reference: reference ?? null,
    provider: provider ?? null,
    tries: tries ?? null,
    handed_over_ms: status === "sent" || status === "delivered" ? ms : null,
    ended_ms: endOf(status, ms),
  };
}

export const outbox = table<Omit<ClaimedMessage, "country">>({
  name: "outbox",
  owner: "service",
  key: ["service_sid", "created_at", "attempt_sid"],
  fields: {
    serviceSid: "plain",
    attemptSid: "plain",
    accountSid: "plain",
    channel: "plain",
    sealed: "plain",
    createdAt: "plain",
    expiresAt: "plain",
    tries: "plain",
    errorCode: "plain",
  },
  besides: ["due_at"],
  erased: { column: "created_at" },
  person: {
    as: "messages",
    rows: ({ accountSid, hash }) => [
      {
        where: `account_sid = $1 AND EXISTS (SELECT 1 FROM attempts AS a WHERE a.account_sid = outbox.account_sid
          AND a.sid = outbox.attempt_sid AND a.recipient = $2)`,
        values: [accountSid, hash],
      },
    ],
  },
});

/** The outbox, whose messages can't be read by anybody once the key of their day is gone. */
export function sealedOutbox({ seal, open }: DayKeys): Table<ClaimedMessage> {
  const sealed = (message: ClaimedMessage) => ({ ...message, sealed: seal(message.sealed, message.createdAt) });
  return {
    ...outbox,
    row: (message) => outbox.row(sealed(message)),
    record: (message) => outbox.record(sealed(message)),
    of(row) {
      const message = outbox.of(row);
      return { ...message, sealed: open(message.sealed) ?? "" };
    },
  };
}

/** All of the outbox but what is written for many messages at once, which each database does in its own way. */
export function outboxReads(sql: Sql, keys: DayKeys) {
  return {
    ...queueOf(sql, sealedOutbox(keys)),
    /** How many messages wait, of one account or of all, those under way included, and since when the oldest does. */
    async waiting(accountSid?: string) {
      const [whose, owner] = accountSid === undefined ? ["", []] : [" WHERE account_sid = $1", [accountSid]];
      const [[count, oldest] = []] = await sql.read(`SELECT count(*), min(created_at) FROM outbox${whose}`, owner);
      return { count: Number(count), oldestCreatedAt: (oldest as number | null) ?? undefined };
    },
  };
}

/** A message of which no try has failed. Every start makes some: what it is made from is spread nowhere. */
export function claimed(message: OutboxMessage, tries: number): ClaimedMessage {
  return Object.assign({ tries, errorCode: null }, message);
}

/** A message as it is added. It is due when the lease of whoever decided ends; who has one is about to hand it over. */
export function newMessageRow(message: OutboxMessage, leaseSeconds: number) {
  const added = claimed(message, Number(leaseSeconds > 0));
  return { added, dueAt: message.createdAt + leaseSeconds * 1000 };
}
