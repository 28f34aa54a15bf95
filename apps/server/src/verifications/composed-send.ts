import { visible } from "@countersign/document";
import { type Attempt, type DeliveryReport, endOf } from "../attempts/attempt.ts";
import type { OutboxMessage } from "../delivery/outbox.ts";
import { leaseSeconds } from "../delivery/policy.ts";
import type { Guard } from "../guard/guard.ts";
import type { CarrierLookup, CarrierSource } from "../kernel/carrier-lookup.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Locale } from "../kernel/locale.ts";
import type { Channel, Recipient } from "../kernel/recipient.ts";
import { type Service, smsRouteTo } from "../services/service.ts";
import type { Store } from "../store/store.ts";
import type { ChosenTemplate, Templates } from "../templates/template.ts";
import type { GuessPolicy } from "./guesses.ts";
import type { Send } from "./ledger.ts";
import { composeMessage, type Message } from "./message.ts";
import type { Sender } from "./sender.ts";
import type { CodeVault } from "./vault.ts";
import type { Verification } from "./verification.ts";

/** What a start works with. */
export interface StartParts {
  store: Pick<Store, "decide" | "guesses">;
  vault: CodeVault;
  clock: Clock;
  /** Two letters and 32 hexadecimal digits, which nobody can guess. */
  newSid: (prefix: string) => string;
  /** A code of so many digits, 4 to 10. */
  newCode: (length: number, recipient: Recipient) => string;
  carriers: CarrierSource;
  /** Whether it starts for numbers of fiction that no plan lists, as the sandbox does. */
  takesUnlisted?: boolean;
  /** How messages may read. */
  templates: Templates;
  /** What starts may have e-mails come from; nothing by default. */
  emailSenders?: readonly string[];
  /** The channels that can deliver. */
  channels: ReadonlySet<Channel>;
  /** How long a verification lives. */
  lifetimeSeconds: number;
  delivery: Delivery;
  /** What keeps sends within bounds; absent where nothing does. */
  guard?: Guard | undefined;
  /** What bounds guesses. */
  guessing: GuessPolicy;
  /** Whether events tell all of a service's verifications. */
  tellsAll?: (service: Service) => boolean;
}

type Delivery =
  /**
   * Messages are kept in the memory of this process, as in the sandbox: what is committed is delivered, but for channels
   * whose messages are handed over all the same.
   */
  | {
      to: "memory";
      keep: (attempt: Attempt, content: DeliverableMessage) => Promise<void>;
      isHandedOver?: (channel: Channel) => boolean;
      handOver?: HandOver;
    }
  /** Messages wait in the outbox, sealed, for a worker. Whoever started one hands it over itself at once if it can. */
  | { to: "outbox"; handOver?: HandOver };

type HandOver = (message: OutboxMessage, content: DeliverableMessage, attempt: Attempt) => Promise<void>;

/** A message as a channel hands it over: opened only there. */
export interface DeliverableMessage extends Message, Sender {
  channel: Exclude<Channel, "sna">;
  verificationSid: string;
  to: string;
  code: string;
  locale: Locale;
  sendDigits: string | null;
  /** The voice of a call. */
  ttsName?: string | null | undefined;
  /** The messaging service of a WhatsApp sender. */
  messagingServiceSid?: string | null | undefined;
  /** The SMS route that it leaves by, as it was when it was started; none for what leaves as the server sends by itself. */
  route?: string | undefined;
}

interface SendContext {
  request: {
    accountSid: string;
    serviceSid: string;
    texts: { CustomFriendlyName?: string; AppHash?: string; SendDigits?: string };
    sender?: Sender;
    recipient: Recipient;
    locale: Locale;
    lookup: CarrierLookup | null;
  };
  attemptSid: string;
  service: Service;
  verification: Verification;
  /** The code where it was just made; else it is opened. */
  newCode: string | null;
  channel: Channel;
  /** How the message reads. */
  template: ChosenTemplate | undefined;
}

/** A send, and in clear what is sealed in its message, for whoever hands it over at once. */
export interface ComposedSend extends Send {
  content: DeliverableMessage;
}

/** The attempt and the sealed message of one send; nothing for silent network authentication, which sends nothing. */
export function composedSend(
  { vault, delivery }: Pick<StartParts, "vault" | "delivery">,
  context: SendContext,
  now: number,
): ComposedSend | undefined {
  const { request, attemptSid, channel, verification } = context;
  if (channel === "sna" || !verification.code) return undefined;
  const content = deliverable(vault, context, channel, now);
  if (delivery.to === "memory" && !delivery.isHandedOver?.(channel)) {
    return { attempt: attemptOf(context, "delivered", now), message: null, leaseSeconds: 0, content };
  }
  const { expiresAt } = verification;
  const sealed = vault.sealText(JSON.stringify(content));
  const attempt = attemptOf(context, "queued", now);
  return {
    attempt,
    message: {
      accountSid: request.accountSid,
      serviceSid: request.serviceSid,
      attemptSid,
      channel,
      sealed,
      createdAt: now,
      expiresAt,
      country: attempt.country,
    },
    leaseSeconds: delivery.handOver ? leaseSeconds : 0,
    content,
  };
}

/** Delivers a send whose decision is committed. */
export function deliver(
  { delivery }: Pick<StartParts, "delivery">,
  { attempt, message, content }: ComposedSend,
): Promise<void> | undefined {
  if (message) return delivery.handOver?.(message, content, attempt);
  return delivery.to === "memory" ? delivery.keep(attempt, content) : undefined;
}

function deliverable(
  vault: CodeVault,
  context: SendContext,
  channel: Exclude<Channel, "sna">,
  now: number,
): DeliverableMessage {
  const { verification, service, template } = context;
  const { texts, locale, sender } = context.request;
  if (!verification.code) throw new Error("A verification that has ended has no code to send.");
  const code = context.newCode ?? vault.open(verification.code, verification);
  const message = composeMessage({
    channel,
    locale,
    friendlyName: visible(texts.CustomFriendlyName) ?? service.settings.friendlyName,
    code,
    codeLength: service.settings.codeLength,
    amount: verification.amount,
    payee: verification.payee,
    template,
    lifetimeMs: verification.expiresAt - now,
    doNotShare: service.settings.doNotShareWarningEnabled,
    appHash: texts.AppHash ?? null,
    dtmfInputRequired: service.settings.dtmfInputRequired,
  });
  const { sid: verificationSid, recipient: to } = verification;
  const { ttsName, whatsapp } = service.settings;
  const isWhatsapp = channel === "whatsapp";
  // One literal: every start makes one, and spreading parts into it would cost more than all of them.
  return {
    text: message.text,
    subject: message.subject,
    html: message.html,
    speech: message.speech,
    from: isWhatsapp ? (whatsapp.from ?? undefined) : sender?.from,
    fromName: sender?.fromName,
    route: channel === "sms" ? smsRouteTo(service, context.request.recipient) : undefined,
    ttsName: channel === "call" ? ttsName : undefined,
    messagingServiceSid: isWhatsapp ? whatsapp.msgServiceSid : undefined,
    channel,
    verificationSid,
    to,
    code,
    locale,
    sendDigits: texts.SendDigits ?? null,
  };
}

function attemptOf(context: SendContext, status: DeliveryReport["status"], now: number): Attempt {
  const { attemptSid, verification, channel } = context;
  const { accountSid, serviceSid, recipient, locale, lookup } = context.request;
  return {
    accountSid,
    serviceSid,
    sid: attemptSid,
    verificationSid: verification.sid,
    recipient: recipient.value,
    channel,
    isConverted: false,
    delivery: { status, errorCode: null },
    country: recipient.kind === "phone" ? recipient.country : null,
    provider: null,
    tries: null,
    handedOverAt: endOf(status, now),
    endedAt: endOf(status, now),
    codeLength: verification.code?.length ?? 0,
    locale,
    lookup,
    createdAt: now,
    updatedAt: now,
    expiresAt: verification.expiresAt,
  };
}
