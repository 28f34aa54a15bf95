import { anyText, basicOf, type Double, jsonReceipt } from "./double.ts";

const error = (status: number, code: string, message: string) => ({
  status,
  body: { code, incident_uuid: "d8127429-fa0c-4316-b1f2-e610c3958f43", message, variables: [] },
});

export const gatewayApiSms: Double = {
  preset: "gatewayapi",
  channel: "sms",
  host: "gatewayapi.com",
  query: "preset=gatewayapi&token=gw-token&from=Acme",
  wrong: { query: "preset=gatewayapi&token=hunter2&from=Acme" },
  path: "/rest/mtsms",
  probe: "/rest/me",
  authorization: basicOf("gw-token:"),
  type: "json",
  fields: {
    ...{ sender: "Acme", message: anyText, encoding: "UTF8" },
    ...{ recipients: [{ msisdn: anyText }], callback_url: anyText },
  },
  read: ({ recipients: [{ msisdn }], message, callback_url }: Sent) => ({
    ...{ to: msisdn, text: message, receiptUrl: callback_url },
  }),
  numbers: /^[1-9]\d{6,14}$/,
  taken: {
    status: 200,
    body: { ids: [421332671], usage: { total_cost: 0.12, currency: "DKK", countries: { US: 1 } } },
  },
  refused: error(403, "0x0215", "MSISDN %1 blacklisted"),
  limited: { status: 503, body: "" },
  denied: error(401, "0x0229", "Invalid token"),
  receipt: (outcome) =>
    jsonReceipt({
      ...{ id: 421332671, time: 1450000000, userref: "" },
      status: { delivered: "DELIVERED", failed: "UNDELIVERABLE", "under way": "ENROUTE" }[outcome],
      ...(outcome === "failed" && { error: "Unknown subscriber", code: "0x1010" }),
    }),
  errors: { refused: "0x0215", limited: "http_503", denied: "0x0229", failed: "0x1010" },
  failedAs: "undelivered",
};

interface Sent {
  recipients: [{ msisdn: string }];
  message: string;
  callback_url: string;
}
