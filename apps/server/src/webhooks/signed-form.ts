import { createHmac } from "node:crypto";
import type { WebhookRequest } from "../events/sender.ts";
import { formType } from "../http/form.ts";
import { readSigningSecret, signatureHeaders } from "../kernel/standard-webhooks.ts";

/**
 * A post as a form, signed twice: by Standard Webhooks, and by `X-Twilio-Signature`, over the address and the parameters
 * in the order of their names, which has no room for more than one secret.
 * @param secrets one or more, the newest first; each is a `whsec_…`
 * @param now in milliseconds since 1970
 */
export function signedForm(
  url: string,
  parameters: Record<string, string>,
  { sid, secrets, now }: { sid: string; secrets: readonly string[]; now: number },
): WebhookRequest {
  const body = new URLSearchParams(parameters).toString();
  const names = Object.keys(parameters).sort();
  const text = url + names.map((name) => name + parameters[name]).join("");
  const keys = secrets.flatMap((secret) => readSigningSecret(secret) ?? []);
  return {
    url,
    headers: {
      "content-type": formType,
      "user-agent": "Countersign",
      ...signatureHeaders(keys, { id: sid, now, body }),
      "x-twilio-signature": createHmac("sha1", secrets[0] ?? "")
        .update(text)
        .digest("base64"),
    },
    body,
  };
}
