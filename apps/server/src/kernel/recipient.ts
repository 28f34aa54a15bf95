import { domainToASCII } from "node:url";
import { type NumberType, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { limits } from "./limits.ts";
import { accepted, invalid, type Outcome } from "./refusal.ts";

/** The channels by which a message takes the code. */
export const sendingChannels = ["sms", "call", "email", "whatsapp"] as const;
export type SendingChannel = (typeof sendingChannels)[number];

/** How a code reaches a person; by silent network authentication none has to. */
export type Channel = SendingChannel | "sna";

/** Whom a code is sent to. `value` is what everything is keyed on, and what is answered as `to`. */
export type Recipient = PhoneRecipient | EmailRecipient;

export interface PhoneRecipient {
  readonly kind: "phone";
  /** E.164, with the plus sign. */
  readonly value: string;
  /** Two letters of ISO 3166-1; null for numbers that belong to no country, as `+800`. */
  readonly country: string | null;
  readonly callingCode: string;
  /** Its kind by the numbering plan; undefined for a number that no plan lists, and that is kept for fiction. */
  readonly type: NumberType;
  /** Whether it is kept for fiction, so that nobody has it. */
  readonly isFictional: boolean;
}

interface EmailRecipient {
  readonly kind: "email";
  /** In lower case, the domain in its ASCII form: one mailbox has one code and one set of limits, however it is typed. */
  readonly value: string;
}

/** What is wrong with what should be a recipient, as `details.recipient` tells it. */
type Fault = "not_e164" | "unknown_number" | "not_an_address" | "not_of_the_channel";

/**
 * Reads `To`: an e-mail address for `email`, an E.164 number for every other channel, either where no channel is named.
 * @returns 60200 for what is neither, or not what the channel needs.
 */
export function parseRecipient(text: string, channel: Channel | "auto" | null = null): Outcome<Recipient, 60200> {
  const isEmail = text.includes("@");
  const isFit = channel === null || (channel === "email") === isEmail;
  const recipient = !isFit ? "not_of_the_channel" : isEmail ? parseEmail(text) : parsePhone(text);
  return typeof recipient === "string" ? invalid("To", { recipient }) : accepted(recipient);
}

/** Reads the last part of a verification's path: its sid, or its recipient. Null for anything else, which is not found. */
export function recipientInPath(text: string): { kind: "sid"; value: string } | Recipient | null {
  if (/^VE[0-9a-fA-F]{32}$/.test(text)) return { kind: "sid", value: text };
  const recipient = parseRecipient(text);
  return recipient.ok ? recipient.value : null;
}

/** Whether no numbering plan lists it: it was read only since it is kept for fiction, and no message can be sent to it. */
export function isUnlisted(recipient: Recipient): boolean {
  return recipient.kind === "phone" && recipient.type === undefined;
}

// A start and its check parse the same number, at about 25 µs for North America. Only valid numbers are kept, so that
// garbage pushes nothing out; the oldest goes first.
const phones = new Map<string, PhoneRecipient>();
const phonesMax = 4096;

function parsePhone(text: string): PhoneRecipient | Fault {
  const known = phones.get(text);
  if (known) return known;
  const phone = readPhone(text);
  if (typeof phone === "string") return phone;
  const oldest = phones.size < phonesMax ? undefined : phones.keys().next().value;
  if (oldest !== undefined) phones.delete(oldest);
  phones.set(text, phone);
  return phone;
}

function readPhone(text: string): PhoneRecipient | Fault {
  if (!/^\+[1-9]\d{5,14}$/.test(text)) return "not_e164";
  const phone = parsePhoneNumberFromString(text, { extract: false });
  const type = phone?.getType();
  const fiction = phone && fictionalRanges.find(([range]) => range.test(phone.number));
  const country = phone?.country ?? fiction?.[1] ?? null;
  // Some Caribbean plans list no 555 exchange, but their area codes have the fictional numbers too.
  if (!phone || (type === undefined && (!fiction || country === null))) return "unknown_number";
  return Object.freeze({
    kind: "phone",
    value: phone.number,
    country,
    callingCode: phone.countryCallingCode,
    type,
    isFictional: fiction !== undefined,
  });
}

/** What nobody is given, so that films and tests can show it; with the country of those that its plan does not list. */
const fictionalRanges: readonly (readonly [RegExp, country?: string])[] = [
  // North America: 555-0100 to 555-0199 of every area code.
  [/^\+1[2-9]\d{2}55501\d{2}$/],
  // Ofcom, "Telephone numbers for use in TV and radio drama programmes", those that can belong to one person.
  [/^\+44(1(1[3-8]|[2-6]1)4960|1914980|1632960|2079460|2896496|2920180|7700900)\d{3}$/, "GB"],
  // ARCEP, decision 2018-0881, annex 1: numbers for audiovisual works.
  [/^\+33(19900|26191|35301|46571|53649|63998)\d{4}$/, "FR"],
  // ComReg, "Numbering Conditions of Use": drama numbers, 020 91.
  [/^\+3532091\d{5}$/, "IE"],
  // ACMA, "Phone numbers for use in TV shows, films and creative works"; of the mobile range the ACMA gives nothing away.
  [/^\+61([2378](5550|7010)\d{4}|49157\d{4})$/],
  // Bundesnetzagentur, Mitteilung 148/2021: "Drama Numbers", those in ranges.
  [/^\+49((3023125|6990009|4066969|2214710|8999998)\d{3}|(17139200|176040690)\d{2})$/],
  // PTS, "Telefonnummer för böcker, filmer och tv-serier".
  [/^\+46((8465004|3139006|4062804|9803192)\d{2}|7017406(0[5-9]|[1-9]\d))$/],
];

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const asciiDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** RFC 5321 without quoted local parts, which mailers split differently, and without address literals. */
function parseEmail(text: string): EmailRecipient | Fault {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  const domain = text.length > limits.recipientLengthMax ? "" : toAsciiDomain(text.slice(at + 1));
  const value = `${local}@${domain}`.toLowerCase();
  const isLocalPart = at > 0 && local.length <= 64 && localPart.test(local);
  const isAddress = isLocalPart && asciiDomain.test(domain) && value.length <= limits.recipientLengthMax;
  return isAddress ? { kind: "email", value } : "not_an_address";
}

/** Empty for what is no domain. The function of Node reads a URL's host: it decodes `%41` and stops at a slash. */
function toAsciiDomain(domain: string): string {
  return /^[\p{L}\p{M}\p{N}.。．｡-]+$/u.test(domain) ? domainToASCII(domain) : "";
}
