import { bearer, recipe, smsSender } from "../recipe.ts";

/** The SMS API of Sinch: its user is a service plan. */
export const sinchSms = recipe({
  account: "user",
  settings: { from: smsSender },
  authorization: bearer,
  path: ({ user }) => `/xms/v1/${encodeURIComponent(user)}/batches`,
  probe: ({ user }) => `/xms/v1/${encodeURIComponent(user)}/groups?page_size=1`,
  body: ({ to, text, receiptUrl }, { from }) => ({
    json: {
      from: from.address,
      to: [to],
      body: text,
      ...(receiptUrl !== undefined && { delivery_report: "per_recipient_final", callback_url: receiptUrl }),
    },
  }),
  id: "id",
  errors: ["code"],
  refusals: ["syntax_invalid_parameter_format", "illegal_number_type"],
  receipt: {
    status: "status",
    errors: ["code"],
    ends: {
      Delivered: "delivered",
      Failed: "undelivered",
      Expired: "undelivered",
      Deleted: "undelivered",
      Rejected: "failed",
      Aborted: "failed",
      Cancelled: "failed",
    },
  },
});
