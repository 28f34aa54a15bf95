import { anyText, basicOf, type Double } from "./double.ts";

const answer = (status: string, more: object) => ({
  status: 200,
  body: { "message-count": "1", messages: [{ to: "14155550100", status, ...more }] },
});

/** It refuses by a status of its own in an answer of 200, and its receipts may be a query. */
export const vonageSms: Double = {
  preset: "vonage",
  channel: "sms",
  host: "rest.nexmo.com",
  user: "abcd1234:vonage-secret@",
  query: "preset=vonage&from=Acme",
  wrong: { user: "abcd1234:hunter2@" },
  path: "/sms/json",
  probe: "/account/get-balance",
  authorization: basicOf("abcd1234:vonage-secret"),
  type: "form",
  fields: { from: "Acme", to: anyText, text: anyText, type: "text", callback: anyText },
  read: ({ to, text, callback }: Record<"to" | "text" | "callback", string>) => ({ to, text, receiptUrl: callback }),
  numbers: /^[1-9]\d{6,14}$/,
  taken: answer("0", { "message-id": "0C000000217B7F02", "remaining-balance": "15.5", network: "23410" }),
  refused: answer("7", { "error-text": "Number barred" }),
  limited: answer("1", { "error-text": "Throughput Rate Exceeded - please wait [ 250 ] and retry" }),
  denied: { status: 401, body: { type: "unauthorized" } },
  receipt: (outcome) => ({
    method: "GET",
    query: {
      messageId: "0C000000217B7F02",
      msisdn: "14155550100",
      status: { delivered: "delivered", failed: "failed", "under way": "accepted" }[outcome],
      "err-code": outcome === "failed" ? "3" : "0",
    },
  }),
  errors: { refused: "7", limited: "1", denied: "http_401", failed: "3" },
  failedAs: "undelivered",
};
