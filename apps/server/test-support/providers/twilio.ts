import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { anyText, basicOf, type Double, formReceipt, type Receipt } from "./double.ts";

const account = `AC${"0".repeat(31)}7`;
const token = "twilio-token";
const error = (status: number, code: number, message: string) => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

/** Signed by the official library, over address and fields. */
function signed(url: string, fields: Record<string, string>): Receipt {
  const { headers, body } = formReceipt(fields);
  return {
    headers: { ...headers, "x-twilio-signature": getExpectedTwilioSignature(token, url, fields) },
    ...(body !== undefined && { body }),
  };
}

const ofBoth = {
  preset: "twilio",
  host: "api.twilio.com",
  user: `${account}:${token}@`,
  wrong: { user: `${account}:hunter2@` },
  probe: `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers.json?PageSize=1`,
  authorization: basicOf(`${account}:${token}`),
  type: "form",
  numbers: /^\+[1-9]\d{6,14}$/,
  refused: error(400, 21211, "Invalid 'To' Phone Number"),
  limited: error(429, 20429, "Too Many Requests"),
  denied: error(401, 20003, "Authenticate"),
} as const;

export const twilioSms: Double = {
  ...ofBoth,
  channel: "sms",
  query: "preset=twilio&from=%2B12025550190",
  path: `/2010-04-01/Accounts/${account}/Messages.json`,
  fields: { To: anyText, From: "+12025550190", Body: anyText, StatusCallback: anyText },
  read: ({ To: to, Body: text, StatusCallback: receiptUrl }: Record<"To" | "Body" | "StatusCallback", string>) => ({
    ...{ to, text, receiptUrl },
  }),
  taken: { status: 201, body: { sid: `SM${"1".repeat(32)}`, status: "queued", error_code: null } },
  receipt(outcome, url) {
    const MessageStatus = { delivered: "delivered", failed: "undelivered", "under way": "sent" }[outcome];
    const why = outcome === "failed" ? { ErrorCode: "30005" } : {};
    return signed(url, { AccountSid: account, MessageSid: `SM${"1".repeat(32)}`, MessageStatus, ...why });
  },
  errors: { refused: "21211", limited: "20429", denied: "20003", failed: "30005" },
  failedAs: "undelivered",
};

export const twilioCall: Double = {
  ...ofBoth,
  channel: "call",
  query: "preset=twilio&from=%2B12025550190",
  path: `/2010-04-01/Accounts/${account}/Calls.json`,
  fields: { To: anyText, From: "+12025550190", Twiml: anyText, StatusCallback: anyText },
  read: ({ To: to, Twiml: text, StatusCallback: receiptUrl }: Record<"To" | "Twiml" | "StatusCallback", string>) => ({
    ...{ to, text, receiptUrl },
  }),
  taken: { status: 201, body: { sid: `CA${"1".repeat(32)}`, status: "queued" } },
  receipt(outcome, url) {
    const CallStatus = { delivered: "completed", failed: "no-answer", "under way": "ringing" }[outcome];
    return signed(url, { AccountSid: account, CallSid: `CA${"1".repeat(32)}`, CallStatus });
  },
  errors: { refused: "21211", limited: "20429", denied: "20003", failed: "no-answer" },
  failedAs: "undelivered",
};
