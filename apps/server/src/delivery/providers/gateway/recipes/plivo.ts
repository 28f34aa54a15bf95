import { type Account, basic, recipe, smsSender, withoutPlus } from "../recipe.ts";

const api = ({ user }: Account) => `/v1/Account/${encodeURIComponent(user)}/`;

/** The messages of Plivo. It names no error, so that its status tells. */
export const plivoSms = recipe({
  account: "user",
  settings: { from: smsSender },
  authorization: basic,
  path: (account) => `${api(account)}Message/`,
  probe: api,
  body: ({ to, text, receiptUrl }, { from }) => ({
    json: {
      src: withoutPlus(from.address),
      dst: withoutPlus(to),
      text,
      url: receiptUrl,
      method: receiptUrl === undefined ? undefined : "POST",
    },
  }),
  id: "message_uuid.0",
  errors: [],
  refusals: ["http_400"],
  receipt: {
    status: "Status",
    errors: ["ErrorCode"],
    ends: { delivered: "delivered", undelivered: "undelivered", failed: "failed", rejected: "failed" },
  },
});
