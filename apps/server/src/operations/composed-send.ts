import type { Locale } from "../domain/locales/all.ts";
import { composeMessage, type Message } from "../domain/message.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Service } from "../domain/service.ts";
import type { CarrierLookup, Channel, Verification } from "../domain/verification.ts";
import type { Attempt, CodeVault, OutboxMessage } from "../ports.ts";

/** A message as a channel hands it over: opened only there. */
export interface DeliverableMessage extends Message {
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
  channel: Channel;
}

/** The attempt and the sealed message of one send; nothing for silent network authentication, which sends nothing. */
export function composedSend(
  vault: CodeVault,
  context: SendContext,
  now: number,
): { attempt: Attempt; message: OutboxMessage } | undefined {
  const { accountSid, serviceSid, attemptSid, channel, verification } = context;
  if (channel === "sna" || !verification.code) return undefined;
  const { expiresAt } = verification;
  const sealed = vault.sealText(JSON.stringify(deliverable(vault, context, channel)));
  return {
    attempt: attemptOf(context, now),
    message: { accountSid, serviceSid, attemptSid, channel, sealed, createdAt: now, expiresAt },
  };
}

function deliverable(vault: CodeVault, context: SendContext, channel: Exclude<Channel, "sna">): DeliverableMessage {
  const { verification, service, body, locale } = context;
  if (!verification.code) throw new Error("A verification that has ended has no code to send.");
  const code = vault.open(verification.code, verification);
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
  return { ...message, verificationSid, to, code, locale, sendDigits: body.SendDigits ?? null };
}

function attemptOf(context: SendContext, now: number): Attempt {
  const { accountSid, serviceSid, attemptSid, verification, recipient, channel, locale, lookup } = context;
  return {
    accountSid,
    serviceSid,
    sid: attemptSid,
    verificationSid: verification.sid,
    recipient: recipient.value,
    channel,
    isConverted: false,
    delivery: { status: "queued", errorCode: null },
    country: recipient.kind === "phone" ? recipient.country : null,
    codeLength: verification.code?.length ?? 0,
    locale,
    lookup,
    createdAt: now,
    updatedAt: now,
    expiresAt: verification.expiresAt,
  };
}
