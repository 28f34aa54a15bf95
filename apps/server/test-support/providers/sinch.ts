import { anyText, type Double, jsonReceipt } from "./double.ts";

const id = "01FC66621XXXXX119Z8PMV1QPQ";

export const sinchSms: Double = {
  preset: "sinch",
  channel: "sms",
  host: "us.sms.api.sinch.com",
  user: "plan7:sinch-token@",
  query: "preset=sinch&from=Acme",
  wrong: { user: "plan7:hunter2@" },
  path: "/xms/v1/plan7/batches",
  probe: "/xms/v1/plan7/groups?page_size=1",
  authorization: "Bearer sinch-token",
  type: "json",
  fields: {
    ...{ from: "Acme", to: [anyText], body: anyText },
    ...{ delivery_report: "per_recipient_final", callback_url: anyText },
  },
  read: ({ to, body, callback_url }: { to: [string]; body: string; callback_url: string }) => ({
    ...{ to: to[0], text: body, receiptUrl: callback_url },
  }),
  numbers: /^\+?[1-9]\d{6,14}$/,
  taken: { status: 201, body: { id, to: ["14155550100"], canceled: false, type: "mt_text" } },
  refused: {
    status: 400,
    body: { code: "syntax_invalid_parameter_format", text: "The value is not a valid phone number." },
  },
  limited: { status: 429, body: "", headers: { "retry-after": "1" } },
  denied: { status: 401, body: "" },
  receipt: (outcome) =>
    jsonReceipt({
      batch_id: id,
      type: "recipient_delivery_report_sms",
      status: { delivered: "Delivered", failed: "Rejected", "under way": "Dispatched" }[outcome],
      code: { delivered: 0, failed: 402, "under way": 401 }[outcome],
    }),
  errors: { refused: "syntax_invalid_parameter_format", limited: "http_429", denied: "http_401", failed: "402" },
  failedAs: "failed",
};
