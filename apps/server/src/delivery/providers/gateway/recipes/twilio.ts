import { createHmac, timingSafeEqual } from "node:crypto";
import { optional, setting } from "../../../../kernel/setting.ts";
import { readSender, senderMust } from "../../sender.ts";
import { type Account, basic, caller, identifier, noKeyInput, type ReceiptRequest, recipe } from "../recipe.ts";

/** Needed where the user is an API key, whose account its name does not tell. */
const account = optional("account", identifier(/^AC[0-9a-f]{32}$/i));
interface Given {
  account: string | undefined;
}

const api = ({ user }: Account, given: Given) => `/2010-04-01/Accounts/${encodeURIComponent(given.account ?? user)}`;

const ofBoth = {
  account: "user",
  faultOf({ user }: Account, given: Given) {
    if (/^AC[0-9a-f]{32}$/i.test(user)) return undefined;
    if (!/^SK[0-9a-f]{32}$/i.test(user)) return "the user before the host must be an account, AC…, or its API key, SK…";
    return given.account === undefined
      ? "account is missing: it must say whose API key it is, as account=AC…"
      : undefined;
  },
  authorization: basic,
  // The account itself is shown to no API key.
  probe: (of: Account, given: Given) => `${api(of, given)}/IncomingPhoneNumbers.json?PageSize=1`,
  id: "sid",
  errors: ["code"],
} as const;

/** Programmable Messaging. */
export const twilioSms = recipe({
  ...ofBoth,
  settings: {
    from: setting("from", {
      must: `${senderMust}, or the MG… of a messaging service`,
      read: (given: string) => (/^MG[0-9a-f]{32}$/i.test(given) ? given : readSender(given)?.address),
    }),
    account,
  },
  path: (of, given) => `${api(of, given)}/Messages.json`,
  body: ({ to, text, receiptUrl }, { from }) => ({
    form: {
      To: to,
      [from.startsWith("MG") && from.length === 34 ? "MessagingServiceSid" : "From"]: from,
      Body: text,
      StatusCallback: receiptUrl,
    },
  }),
  refusals: ["21211", "21610", "21614"],
  receipt: {
    status: "MessageStatus",
    errors: ["ErrorCode"],
    ends: { delivered: "delivered", undelivered: "undelivered", failed: "failed", canceled: "failed" },
    isSigned,
  },
});

/** Programmable Voice. */
export const twilioCall = recipe({
  ...ofBoth,
  settings: { from: caller, account },
  path: (of, given) => `${api(of, given)}/Calls.json`,
  body({ to, speech, text, ttsName, sendDigits, receiptUrl, documentUrl }, { from }, { user }) {
    const { language = "en", pressKey = null, text: said = text } = speech ?? {};
    if (!ttsName && voiceless.has(language)) return { unable: "no_voice" };
    const say = sayIn(language, ttsName);
    const code = response(say(said, 2));
    // Only what is signed may ask for a code.
    const next = isSid(user) ? documentUrl?.(code) : undefined;
    if (pressKey !== null && next === undefined) return noKeyInput;
    const question = `<Gather numDigits="1" timeout="10" action="${escaped(next ?? "")}">${say(pressKey ?? "", 2)}</Gather>`;
    const Twiml = pressKey === null ? code : response(question);
    return { form: { To: to, From: from, Twiml, SendDigits: sendDigits ?? undefined, StatusCallback: receiptUrl } };
  },
  refusals: ["21211"],
  receipt: {
    goodbye: "<Response><Hangup/></Response>",
    status: "CallStatus",
    errors: [],
    ends: {
      completed: "delivered",
      busy: "undelivered",
      "no-answer": "undelivered",
      failed: "failed",
      canceled: "failed",
    },
    isSigned,
  },
});

const response = (content: string) => `<Response>${content}</Response>`;

/** The languages that it has no voice of its own for. */
const voiceless = new Set(["af", "et", "hr", "lt"]);

function sayIn(locale: string, voice: string | null | undefined) {
  const { language, region } = new Intl.Locale(locale).maximize();
  // Its Arabic is of no country.
  const spoken = language === "ar" ? "arb" : `${language}-${region}`;
  const named = voice ? ` voice="${escaped(voice)}"` : "";
  return (text: string, times: number) => `<Say language="${spoken}" loop="${times}"${named}>${escaped(text)}</Say>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Whether it is an account, and not an API key of one, whose secret signs nothing. */
const isSid = (user: string) => user.startsWith("AC");

/** `X-Twilio-Signature`: address and fields under the account's token. */
function isSigned({ url, headers, fields }: ReceiptRequest, { user, pass }: Account): boolean | undefined {
  if (!isSid(user)) return undefined;
  const given = Buffer.from(String(headers["x-twilio-signature"] ?? ""));
  const all = Object.entries(fields as Record<string, unknown>);
  // It posts forms, whose fields are texts.
  if (all.some(([, value]) => typeof value !== "string")) return false;
  const sorted = all.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = sorted.map(([name, value]) => name + value).join("");
  // Its signers differ in whether a port is part of the address.
  const addresses = [
    url,
    url.replace(/^(https?:\/\/[^/:]+):\d+/, "$1"),
    url.replace(/^(https:\/\/[^/:]+)(?=\/)/, "$1:443"),
  ];
  return addresses.some((address) => {
    const right = Buffer.from(
      createHmac("sha1", pass)
        .update(address + text)
        .digest("base64"),
    );
    return right.length === given.length && timingSafeEqual(right, given);
  });
}
