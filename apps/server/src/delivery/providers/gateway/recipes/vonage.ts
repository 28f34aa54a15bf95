import { isGsmText } from "../../../../kernel/sms.ts";
import { basic, recipe, smsSender, withoutPlus } from "../recipe.ts";

/** The SMS API of Vonage, which answers 200 to what it does not take, too. */
export const vonageSms = recipe({
  account: "user",
  settings: { from: smsSender },
  authorization: basic,
  path: () => "/sms/json",
  probe: () => "/account/get-balance",
  body: ({ to, text, receiptUrl }, { from }) => ({
    form: {
      from: withoutPlus(from.address),
      to: withoutPlus(to),
      text,
      type: isGsmText(text) ? "text" : "unicode",
      callback: receiptUrl,
    },
  }),
  taken: { at: "messages.0.status", is: ["0"] },
  id: "messages.0.message-id",
  errors: ["messages.0.status"],
  refusals: ["6", "7", "33", "34"],
  receipt: {
    status: "status",
    errors: ["err-code"],
    ends: { delivered: "delivered", expired: "undelivered", failed: "undelivered", rejected: "failed" },
    urlLengthMax: 100,
  },
});
