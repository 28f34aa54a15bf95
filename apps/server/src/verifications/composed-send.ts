import type { Attempt, DeliveryReport } from "../attempts/attempt.ts";
import { leaseSeconds } from "../delivery/policy.ts";
import type { Dependencies } from "../dependencies.ts";
import type { Locale } from "../kernel/locale.ts";
import type { Recipient } from "../kernel/recipient.ts";
import type { Service } from "../services/service.ts";
import type { Send } from "./ledger.ts";
import { composeMessage, type Message } from "./message.ts";
import type { CodeVault } from "./vault.ts";
import type { CarrierLookup, Channel, Verification } from "./verification.ts";

/** A message as a channel hands it over: opened only there. */
export interface DeliverableMessage extends Message {
  channel: Exclude<Channel, "sna">;
  verificationSid: string;
  to: string;
  code: string;
  locale: Locale;
  sendDigits: string | null;
}

interface SendContext {
  accountSid: string;
  serviceSid: string;
  attemptSid: string;
  body: { CustomFriendlyName?: string; AppHash?: string; SendDigits?: string };
  recipient: Recipient;
  locale: Locale;
  lookup: CarrierLookup | null;
  service: Service;
  verification: Verification;
  /** The code where it was just made; else it is opened. */
  newCode: string | null;
  channel: Channel;
}

/** A send, and in clear what is sealed in its message, for whoever hands it over at once. */
export interface ComposedSend extends Send {
  content: DeliverableMessage;
}

/** The attempt and the sealed message of one send; nothing for silent network authentication, which sends nothing. */
export function composedSend(
  { vault, delivery }: Dependencies,
  context: SendContext,
  now: number,
): ComposedSend | undefined {
  const { accountSid, serviceSid, attemptSid, channel, verification } = context;
  if (channel === "sna" || !verification.code) return undefined;
  const content = deliverable(vault, context, channel);
  if (delivery.to === "memory") {
    return { attempt: attemptOf(context, "delivered", now), message: null, leaseSeconds: 0, content };
  }
  const { expiresAt } = verification;
  const sealed = vault.sealText(JSON.stringify(content));
  return {
    attempt: attemptOf(context, "queued", now),
    message: { accountSid, serviceSid, attemptSid, channel, sealed, createdAt: now, expiresAt },
    leaseSeconds: delivery.handOver ? leaseSeconds : 0,
    content,
  };
}

/** Delivers a send whose decision is committed. */
export async function deliver({ delivery }: Dependencies, { attempt, message, content }: ComposedSend): Promise<void> {
  if (delivery.to === "memory") delivery.keep(attempt, content);
  else if (message) await delivery.handOver?.(message, content);
}

function deliverable(vault: CodeVault, context: SendContext, channel: Exclude<Channel, "sna">): DeliverableMessage {
  const { verification, service, body, locale } = context;
  if (!verification.code) throw new Error("A verification that has ended has no code to send.");
  const code = context.newCode ?? vault.open(verification.code, verification);
  const message = composeMessage({
    channel,
    locale,
    friendlyName: body.CustomFriendlyName ?? service.settings.friendlyName,
    code,
    amount: verification.amount,
    payee: verification.payee,
    doNotShare: service.settings.doNotShareWarningEnabled,
    appHash: body.AppHash ?? null,
    dtmfInputRequired: service.settings.dtmfInputRequired,
  });
  const { sid: verificationSid, recipient: to } = verification;
  return { ...message, channel, verificationSid, to, code, locale, sendDigits: body.SendDigits ?? null };
}

function attemptOf(context: SendContext, status: DeliveryReport["status"], now: number): Attempt {
  const { accountSid, serviceSid, attemptSid, verification, recipient, channel, locale, lookup } = context;
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
    codeLength: verification.code?.length ?? 0,
    locale,
    lookup,
    createdAt: now,
    updatedAt: now,
    expiresAt: verification.expiresAt,
  };
}
