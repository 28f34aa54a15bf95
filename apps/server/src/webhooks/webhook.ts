import type { WebhookEventType } from "@countersign/types";
import { refusedAddress, type WebhookReach, type WebhookResult, whyNot } from "../events/sender.ts";

/** What hears of the factors and challenges of a service. */
export interface Webhook {
  serviceSid: string;
  /** `YW` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  friendlyName: string;
  /** Each once. */
  eventTypes: WebhookEventType[];
  status: "enabled" | "disabled";
  /** What its posts hold. */
  version: "v1" | "v2";
  /** As it is called and signed. */
  webhookUrl: string;
  createdAt: number;
  updatedAt: number;
}

/** How many a service may have; the hosted service publishes no number. */
export const webhooksMax = 10;

/** An address as it is called; undefined for one that must not be, whoever answers there. */
export function addressOf(text: string, reach: WebhookReach): string | undefined {
  const url = URL.canParse(text) && !text.includes("#") ? new URL(text) : undefined;
  return url && url.username + url.password === "" && !whyNot(url, reach) ? url.href : undefined;
}

/** Whether an address is to be tested before it stands there. */
export function isToBeTested(before: Webhook, { status, webhookUrl }: Webhook): boolean {
  return status === "enabled" && (before.status !== "enabled" || before.webhookUrl !== webhookUrl);
}

/** Why a test failed; nothing where it did not. */
export function failureOf(sent: WebhookResult) {
  if ("status" in sent) return sent.status === 200 ? undefined : { failure: "status", status: sent.status };
  const failures: Record<string, string> = { [refusedAddress]: "not_public", "timed out": "timed_out" };
  return { failure: failures[sent.error] ?? "unreachable" };
}
