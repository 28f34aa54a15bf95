import type { OutboxMessage } from "../src/delivery/outbox.ts";
import type { DeliverableMessage } from "../src/verifications/composed-send.ts";

/** A message on its way to a provider, an SMS unless it is said, with ten minutes to live. */
export function outgoing(now: number, content: Partial<DeliverableMessage> = {}, attempt = 1) {
  const message: OutboxMessage = {
    accountSid: "AC00000000000000000000000000000001",
    serviceSid: "VA00000000000000000000000000000001",
    attemptSid: `VL${String(attempt).padStart(32, "0")}`,
    channel: "sms",
    sealed: "",
    createdAt: now,
    expiresAt: now + 600_000,
  };
  const whole: DeliverableMessage = {
    channel: "sms",
    verificationSid: "VE00000000000000000000000000000001",
    to: "+12025550123",
    code: "123456",
    text: "Your Acme verification code is: 123456",
    locale: "en",
    sendDigits: null,
    ...content,
  };
  return [message, whole] as const;
}
