import { basic, recipe, smsSender } from "../recipe.ts";

/** SMS by 46elks. It names no error, so that its status tells. */
export const elksSms = recipe({
  account: "user",
  settings: { from: smsSender },
  authorization: basic,
  path: () => "/a1/sms",
  probe: () => "/a1/me",
  body: ({ to, text, receiptUrl }, { from }) => ({
    form: { from: from.address, to, message: text, whendelivered: receiptUrl },
  }),
  id: "id",
  errors: [],
  refusals: ["http_400"],
  receipt: { status: "status", errors: [], ends: { delivered: "delivered", failed: "undelivered" } },
});
