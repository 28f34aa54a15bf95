import { type Account, caller, noKeyInput, recipe, smsSender, withoutPlus } from "../recipe.ts";

const ofBoth = {
  account: "token",
  authorization: ({ pass }: Account) => `App ${pass}`,
  probe: () => "/account/1/balance",
  hasScopes: true,
  taken: { at: "messages.0.status.groupName", is: ["ACCEPTED", "PENDING", "DELIVERED"] },
  id: "messages.0.messageId",
  refusals: ["REJECTED_DESTINATION", "REJECTED_DND", "REJECTED_PREFIX_MISSING"],
  receipt: {
    status: "results.0.status.groupName",
    errors: ["results.0.error.name", "results.0.status.name"],
    ends: { DELIVERED: "delivered", UNDELIVERABLE: "undelivered", EXPIRED: "undelivered", REJECTED: "failed" },
  },
} as const;

/** SMS by Infobip, version 3. */
export const infobipSms = recipe({
  ...ofBoth,
  settings: { from: smsSender },
  path: () => "/sms/3/messages",
  body: ({ to, text, receiptUrl }, { from }) => ({
    json: {
      messages: [
        {
          sender: withoutPlus(from.address),
          destinations: [{ to: withoutPlus(to) }],
          content: { text },
          ...(receiptUrl !== undefined && {
            webhooks: { delivery: { url: receiptUrl }, contentType: "application/json" },
          }),
        },
      ],
    },
  }),
  errors: ["messages.0.status.name", "errorCode"],
});

/** Calls by Infobip that say a text. */
export const infobipCall = recipe({
  ...ofBoth,
  settings: { from: caller },
  path: () => "/tts/3/advanced",
  body({ to, speech, text, ttsName, receiptUrl }, { from }) {
    if (speech?.pressKey) return noKeyInput;
    const message = {
      from: withoutPlus(from),
      destinations: [{ to: withoutPlus(to) }],
      text: speech?.text ?? text,
      language: (speech?.language ?? "en").toLowerCase(),
      ...(ttsName && { voice: { name: ttsName } }),
      ...(receiptUrl !== undefined && { notifyUrl: receiptUrl, notifyContentType: "application/json" }),
    };
    return { json: { messages: [message] } };
  },
  errors: ["messages.0.status.name", "requestError.serviceException.messageId"],
});
