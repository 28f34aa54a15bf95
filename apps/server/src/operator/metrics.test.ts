import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("what can be counted stands there from the start, so that a burst before the first look is a rise", async () => {
  const metrics = createMetrics(Date.now);
  metrics.begin([
    { name: "twilio api.twilio.com", channels: ["sms", "call"] },
    { name: "smtp mail.example.com", channels: ["email"] },
    { name: "fcm acme", channels: ["push"] },
  ]);
  const lines = (await metrics.text()).split("\n");
  const zeros = [
    ...["recipient", "account", "client", "prefix", "country"].flatMap((reason) => [
      `countersign_blocked_sends_total{reason="${reason}"}`,
      `countersign_observed_sends_total{reason="${reason}"}`,
    ]),
    ...["sms", "call", "email", "whatsapp"].flatMap((channel) => [
      `countersign_starts_total{channel="${channel}"}`,
      `countersign_messages_queued_total{channel="${channel}"}`,
    ]),
    'countersign_checks_total{outcome="approved"}',
    'countersign_challenges_total{status="pending"}',
    "countersign_sprays_total",
    'countersign_webhook_tries_total{webhook="service",result="parked"}',
    'countersign_sends_total{channel="call",provider="twilio api.twilio.com",result="failed"}',
    'countersign_sends_total{channel="email",provider="smtp mail.example.com",result="retry"}',
    'countersign_sends_total{channel="push",provider="fcm acme",result="accepted"}',
    'countersign_receipts_total{provider="twilio api.twilio.com",result="undelivered"}',
    'countersign_receipts_total{provider="none",result="refused"}',
  ];
  expect(zeros.filter((name) => !lines.includes(`${name} 0`))).toEqual([]);
  expect(lines.filter((line) => /^countersign_receipts_total.*(smtp|fcm)/.test(line))).toEqual([]);
});
