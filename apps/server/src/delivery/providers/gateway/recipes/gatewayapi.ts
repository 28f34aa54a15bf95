import { isGsmText } from "../../../../kernel/sms.ts";
import { type Account, basic, recipe, smsSender, withoutPlus } from "../recipe.ts";

/** SMS by GatewayAPI, whose token is a user without a password. */
export const gatewayApiSms = recipe({
  account: "token",
  settings: { from: smsSender },
  authorization: ({ pass }: Account) => basic({ user: pass, pass: "" }),
  path: () => "/rest/mtsms",
  probe: () => "/rest/me",
  body: ({ to, text, receiptUrl }, { from }) => ({
    json: {
      sender: withoutPlus(from.address),
      message: text,
      encoding: isGsmText(text) ? "UTF8" : "UCS2",
      recipients: [{ msisdn: withoutPlus(to) }],
      callback_url: receiptUrl,
    },
  }),
  id: "ids.0",
  errors: ["code"],
  refusals: ["0x0215"],
  receipt: {
    status: "status",
    errors: ["code"],
    ends: {
      DELIVERED: "delivered",
      EXPIRED: "undelivered",
      UNDELIVERABLE: "undelivered",
      SKIPPED: "undelivered",
      REJECTED: "failed",
      DELETED: "failed",
    },
  },
});
