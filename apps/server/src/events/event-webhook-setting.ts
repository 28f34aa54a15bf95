import { readSigningSecret } from "../kernel/standard-webhooks.ts";

/** The operator's one webhook, which hears of every verification. */
export interface EventWebhook {
  url: string;
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  secret: string;
}

export const eventWebhookVariables = ["COUNTERSIGN_WEBHOOK_URL", "COUNTERSIGN_WEBHOOK_SECRET"];

/** @returns what is set, and every problem with it, never with a value. */
export function readEventWebhook(env: Record<string, string | undefined>): {
  eventWebhook: EventWebhook | undefined;
  problems: string[];
} {
  const { COUNTERSIGN_WEBHOOK_URL: url, COUNTERSIGN_WEBHOOK_SECRET: secret } = env;
  if (url === undefined && secret === undefined) return { eventWebhook: undefined, problems: [] };
  const problems = [
    ...(url !== undefined && isWebhookUrl(url)
      ? []
      : ["COUNTERSIGN_WEBHOOK_URL must be https://host/path, without user, password and fragment."]),
    ...(secret !== undefined && readSigningSecret(secret)
      ? []
      : ['COUNTERSIGN_WEBHOOK_SECRET must be whsec_… as from: echo "whsec_$(openssl rand -base64 32)"']),
  ];
  const isComplete = url !== undefined && secret !== undefined && problems.length === 0;
  return { eventWebhook: isComplete ? { url, secret } : undefined, problems };
}

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === "https:" && username + password + hash === "";
}
