import { anyText, type Double, jsonReceipt } from "./double.ts";

const messageId = "MESSAGE-ID-123-xyz";
const status = (groupId: number, groupName: string, id: number, name: string) => ({ groupId, groupName, id, name });
const answer = (of: object) => ({ status: 200, body: { bulkId: "B1", messages: [{ messageId, status: of }] } });
const contentType = "application/json";

const ofBoth = {
  preset: "infobip",
  host: "xyz123.api.infobip.com",
  probe: "/account/1/balance",
  authorization: "App key-1",
  type: "json",
  numbers: /^[1-9]\d{6,14}$/,
  taken: answer(status(1, "PENDING", 26, "PENDING_ACCEPTED")),
  refused: answer(status(5, "REJECTED", 8, "REJECTED_PREFIX_MISSING")),
  receipt(outcome) {
    const [of, error] = {
      delivered: [status(3, "DELIVERED", 5, "DELIVERED_TO_HANDSET"), { id: 0, name: "NO_ERROR" }] as const,
      failed: [
        status(2, "UNDELIVERABLE", 9, "UNDELIVERABLE_NOT_DELIVERED"),
        { id: 27, name: "EC_ABSENT_SUBSCRIBER" },
      ] as const,
      "under way": [status(1, "PENDING", 7, "PENDING_ENROUTE"), { id: 0, name: "NO_ERROR" }] as const,
    }[outcome];
    return jsonReceipt({ results: [{ messageId, status: of, error }] });
  },
  failedAs: "undelivered",
} satisfies Partial<Double>;

const apiError = (code: number) => ({
  status: code,
  body: { errorCode: `E${code}`, description: "…", action: "…", violations: [], resources: [] },
});

export const infobipSms: Double = {
  ...ofBoth,
  channel: "sms",
  query: "preset=infobip&token=key-1&from=Acme",
  wrong: { query: "preset=infobip&token=hunter2&from=Acme" },
  path: "/sms/3/messages",
  fields: {
    messages: [
      {
        sender: "Acme",
        destinations: [{ to: anyText }],
        content: { text: anyText },
        webhooks: { delivery: { url: anyText }, contentType },
      },
    ],
  },
  read: ({ messages: [message] }: { messages: [Message] }) => ({
    to: message.destinations[0].to,
    text: message.content.text,
    receiptUrl: message.webhooks.delivery.url,
  }),
  limited: apiError(429),
  denied: apiError(401),
  errors: { refused: "REJECTED_PREFIX_MISSING", limited: "E429", denied: "E401", failed: "EC_ABSENT_SUBSCRIBER" },
};

interface Message {
  destinations: [{ to: string }];
  content: { text: string };
  webhooks: { delivery: { url: string } };
}

const exception = (code: number, id: string) => ({
  status: code,
  body: { requestError: { serviceException: { messageId: id, text: "…" } } },
});

export const infobipCall: Double = {
  ...ofBoth,
  channel: "call",
  query: "preset=infobip&token=key-1&from=%2B12025550190",
  wrong: { query: "preset=infobip&token=hunter2&from=%2B12025550190" },
  path: "/tts/3/advanced",
  fields: {
    messages: [
      {
        from: "12025550190",
        destinations: [{ to: anyText }],
        text: anyText,
        language: "en",
        notifyUrl: anyText,
        notifyContentType: contentType,
      },
    ],
  },
  read: ({ messages: [message] }: { messages: [Call] }) => ({
    to: message.destinations[0].to,
    text: message.text,
    receiptUrl: message.notifyUrl,
  }),
  limited: exception(429, "TOO_MANY_REQUESTS"),
  denied: exception(401, "UNAUTHORIZED"),
  errors: {
    refused: "REJECTED_PREFIX_MISSING",
    limited: "TOO_MANY_REQUESTS",
    denied: "UNAUTHORIZED",
    failed: "EC_ABSENT_SUBSCRIBER",
  },
};

interface Call {
  destinations: [{ to: string }];
  text: string;
  notifyUrl: string;
}
