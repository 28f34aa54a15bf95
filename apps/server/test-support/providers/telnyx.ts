import { generateKeyPairSync, sign } from "node:crypto";
import { anyText, type Double } from "./double.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const publicBytes = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("base64");
const profile = "74f6ab3c-0d1c-4c3d-9b1e-0a1b2c3d4e5f";
const error = (status: number, code: string, title: string) => ({ status, body: { errors: [{ code, title }] } });

export const telnyxSms: Double = {
  preset: "telnyx",
  channel: "sms",
  host: "api.telnyx.com",
  query: `preset=telnyx&token=KEY0123&from=Acme&profile=${profile}&public-key=${publicBytes}`,
  wrong: { query: `preset=telnyx&token=hunter2&from=Acme&profile=${profile}` },
  path: "/v2/messages",
  probe: "/v2/balance",
  authorization: "Bearer KEY0123",
  type: "json",
  fields: { from: "Acme", to: anyText, text: anyText, messaging_profile_id: profile, webhook_url: anyText },
  read: ({ to, text, webhook_url }: Record<"to" | "text" | "webhook_url", string>) => ({
    ...{ to, text, receiptUrl: webhook_url },
  }),
  numbers: /^\+[1-9]\d{6,14}$/,
  taken: { status: 200, body: { data: { record_type: "message", id: "40385f64-5717-4562-b3fc-2c963f66afa6" } } },
  refused: error(400, "40310", "Invalid 'to' address"),
  limited: error(429, "10011", "Too many requests"),
  denied: error(401, "10009", "Authentication failed"),
  receipt(outcome) {
    const status = { delivered: "delivered", failed: "delivery_failed", "under way": "sent" }[outcome];
    const errors = outcome === "failed" ? [{ code: "40008", title: "Undeliverable" }] : [];
    const event_type = outcome === "under way" ? "message.sent" : "message.finalized";
    const payload = { id: "40385f64-5717-4562-b3fc-2c963f66afa6", to: [{ status }], errors };
    const body = JSON.stringify({ data: { event_type, payload, record_type: "event" } });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString("base64");
    const headers = { "telnyx-signature-ed25519": signature, "telnyx-timestamp": timestamp };
    return { headers: { "content-type": "application/json", ...headers }, body };
  },
  errors: { refused: "40310", limited: "10011", denied: "10009", failed: "40008" },
  failedAs: "undelivered",
};
