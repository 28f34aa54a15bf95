import { anyText, basicOf, type Double, formReceipt } from "./double.ts";

const id = "s70df59406a1b4643b96f3f91e0bfb7b0";

export const elksSms: Double = {
  preset: "46elks",
  channel: "sms",
  host: "api.46elks.com",
  user: "u1:elks-password@",
  query: "preset=46elks&from=Acme",
  wrong: { user: "u1:hunter2@" },
  path: "/a1/sms",
  probe: "/a1/me",
  authorization: basicOf("u1:elks-password"),
  type: "form",
  fields: { from: "Acme", to: anyText, message: anyText, whendelivered: anyText },
  read: ({ to, message, whendelivered }: Record<"to" | "message" | "whendelivered", string>) => ({
    ...{ to, text: message, receiptUrl: whendelivered },
  }),
  numbers: /^\+[1-9]\d{6,14}$/,
  taken: { status: 200, body: { status: "created", direction: "outgoing", id } },
  refused: { status: 400, body: "Invalid to number" },
  limited: { status: 429, body: "" },
  denied: { status: 401, body: "API access requires Basic HTTP authentication" },
  receipt: (outcome) =>
    formReceipt({ id, status: { delivered: "delivered", failed: "failed", "under way": "sent" }[outcome] }),
  errors: { refused: "http_400", limited: "http_429", denied: "http_401", failed: "failed" },
  failedAs: "undelivered",
};
