import type { Message } from "@countersign/types";
import { isoTime } from "../kernel/wire.ts";
import type { InboxMessage } from "./inbox-port.ts";

/** A message of the sandbox's inbox as list and wait answer it. */
export function messageBody(message: InboxMessage): Message {
  return {
    sid: message.sid,
    service_sid: message.serviceSid,
    verification_sid: message.verificationSid,
    attempt_sid: message.attemptSid,
    to: message.to,
    channel: message.channel,
    code: message.code,
    subject: message.subject,
    text: message.text,
    html: message.html,
    locale: message.locale,
    date_created: isoTime(message.createdAt),
  };
}
