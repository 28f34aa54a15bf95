import { signatureHeaders } from "../../../kernel/standard-webhooks.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { RecipeMessage } from "./recipe.ts";
import type { GatewaySettings, GatewayShape } from "./settings.ts";

/** One message as its gateway wants it. */
export interface GatewayPost {
  headers: Record<string, string>;
  body: string;
}

/** What a gateway is told beside the message. */
interface Told {
  /** Where receipts go; nowhere without it. */
  receiptUrl: string | undefined;
  documentUrl?: RecipeMessage["documentUrl"];
}

/**
 * Writes a message for its gateway. Each try of an attempt is the same but for its time, and has the attempt's sid as its
 * key, so that a gateway that took it before can tell.
 */
export function gatewayPost(
  { shape, authorization }: GatewaySettings,
  { attemptSid }: Pick<OutboxMessage, "attemptSid">,
  content: DeliverableMessage,
  { now, ...told }: Told & { now: number },
): GatewayPost | { unable: string } {
  const written = bodyOf(shape, { attemptSid, ...told }, content);
  if ("unable" in written) return written;
  const { contentType, body } = written;
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
  { attemptSid, receiptUrl, documentUrl }: Told & { attemptSid: string },
  content: DeliverableMessage,
): Written | { unable: string } {
  const { channel, to, text, locale, speech, sendDigits, ttsName = null, from = null } = content;
  switch (shape.preset) {
    case "signed": {
      const call = channel === "call" && { speech, send_digits: sendDigits, tts_name: ttsName };
      const { messagingServiceSid = null } = content;
      const whatsapp = channel === "whatsapp" && { from, messaging_service_sid: messagingServiceSid };
      const names = { attempt_sid: attemptSid, idempotency_key: attemptSid };
      return json({ to, channel, text, locale, ...names, callback_url: receiptUrl, ...call, ...whatsapp });
    }
    case "whatsapp-cloud":
      return json(whatsappTemplate(shape.template, shape.language ?? whatsappLanguage(locale), content));
    case "sms": {
      const fields = Object.fromEntries([...shape.fixed, [shape.to, to], [shape.text, text]]);
      return shape.format === "json" ? json(fields) : form(fields);
    }
    case "recipe": {
      const written = shape.recipe.body({ ...content, receiptUrl, documentUrl }, shape.given, shape.account);
      if ("unable" in written) return written;
      return "json" in written ? json(written.json) : form(written.form);
    }
  }
}

interface Written {
  contentType: string;
  body: string;
}

function form(fields: Record<string, string | undefined>): Written {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return { contentType: "application/x-www-form-urlencoded", body: new URLSearchParams(given).toString() };
}

function json(value: object): Written {
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
