import { signatureHeaders } from "../../../kernel/standard-webhooks.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { GatewaySettings, GatewayShape } from "./settings.ts";

/** One message as its gateway wants it. */
export interface GatewayPost {
  headers: Record<string, string>;
  body: string;
}

/**
 * Writes a message for its gateway. Each try of an attempt is the same but for its time, and has the attempt's sid as its
 * key, so that a gateway that took it before can tell.
 */
export function gatewayPost(
  { shape, authorization }: GatewaySettings,
  { attemptSid }: Pick<OutboxMessage, "attemptSid">,
  content: DeliverableMessage,
  { now, callbackUrl }: { now: number; callbackUrl: string | undefined },
): GatewayPost {
  const { contentType, body } = bodyOf(shape, { attemptSid, callbackUrl }, content);
  const headers = {
    "content-type": contentType,
    accept: "application/json",
    "user-agent": "Countersign",
    "idempotency-key": attemptSid,
    ...(authorization !== undefined && { authorization }),
    ...(shape.preset === "signed" && signatureHeaders(shape.keys, { id: attemptSid, now, body })),
  };
  return { headers, body };
}

function bodyOf(
  shape: GatewayShape,
  { attemptSid, callbackUrl }: { attemptSid: string; callbackUrl: string | undefined },
  content: DeliverableMessage,
): { contentType: string; body: string } {
  const { channel, to, text, locale, speech, sendDigits, ttsName = null, from = null } = content;
  switch (shape.preset) {
    case "signed": {
      const call = channel === "call" && { speech, send_digits: sendDigits, tts_name: ttsName };
      const { messagingServiceSid = null } = content;
      const whatsapp = channel === "whatsapp" && { from, messaging_service_sid: messagingServiceSid };
      const names = { attempt_sid: attemptSid, idempotency_key: attemptSid };
      return json({ to, channel, text, locale, ...names, callback_url: callbackUrl, ...call, ...whatsapp });
    }
    case "whatsapp-cloud":
      return json(whatsappTemplate(shape.template, shape.language ?? whatsappLanguage(locale), content));
    case "sms": {
      const fields = Object.fromEntries([...shape.fixed, [shape.to, to], [shape.text, text]]);
      if (shape.format === "json") return json(fields);
      return { contentType: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() };
    }
  }
}

function json(value: object): { contentType: string; body: string } {
  return { contentType: "application/json", body: JSON.stringify(value) };
}

/** Meta writes a template's language with an underscore. */
function whatsappLanguage(locale: string): string {
  return locale.replace("-", "_");
}

/** An authentication template has the code twice: in its text, and in the button that copies it. */
function whatsappTemplate(name: string, language: string, { to, code }: DeliverableMessage): object {
  const parameters = [{ type: "text", text: code }];
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to: to.replace(/^\+/, ""),
    type: "template",
    template: {
      name,
      language: { code: language },
      components: [
        { type: "body", parameters },
        { type: "button", sub_type: "url", index: "0", parameters },
      ],
    },
  };
}
