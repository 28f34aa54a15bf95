import { anyText, basicOf, type Double, formReceipt } from "./double.ts";

const api_id = "97ceeb52-58b6-11e1-86da-77300b68f8bb";

export const plivoSms: Double = {
  preset: "plivo",
  channel: "sms",
  host: "api.plivo.com",
  user: "MAXXXXXXXXXXXXXXXXXX:plivo-token@",
  query: "preset=plivo&from=%2B12025550190",
  wrong: { user: "MAXXXXXXXXXXXXXXXXXX:hunter2@" },
  path: "/v1/Account/MAXXXXXXXXXXXXXXXXXX/Message/",
  probe: "/v1/Account/MAXXXXXXXXXXXXXXXXXX/",
  authorization: basicOf("MAXXXXXXXXXXXXXXXXXX:plivo-token"),
  type: "json",
  fields: { src: "12025550190", dst: anyText, text: anyText, url: anyText, method: "POST" },
  read: ({ dst, text, url }: Record<"dst" | "text" | "url", string>) => ({ to: dst, text, receiptUrl: url }),
  numbers: /^[1-9]\d{6,14}$/,
  taken: { status: 202, body: { api_id, message: "message(s) queued", message_uuid: [api_id] } },
  refused: { status: 400, body: { api_id, error: "dst parameter is not valid" } },
  limited: { status: 429, body: { api_id, error: "too many requests" } },
  denied: { status: 401, body: "Could not verify your access level for that URL." },
  receipt: (outcome) =>
    formReceipt({
      MessageUUID: api_id,
      Status: { delivered: "delivered", failed: "failed", "under way": "queued" }[outcome],
      ErrorCode: outcome === "failed" ? "40" : "000",
    }),
  errors: { refused: "http_400", limited: "http_429", denied: "http_401", failed: "40" },
  failedAs: "failed",
};
