import { domainToASCII } from "node:url";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
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
}

interface EmailRecipient {
  readonly kind: "email";
  /** In lower case, the domain in its ASCII form: one mailbox has one code and one set of limits, however it is typed. */
  readonly value: string;
}

/**
 * Reads `To`: an e-mail address for `email`, an E.164 number for every other channel, either where no channel is named.
 * @returns 60200 for what is neither, or not what the channel needs.
 */
export function parseRecipient(text: string, channel: Channel | "auto" | null = null): Outcome<Recipient, 60200> {
  const recipient = text.includes("@") ? parseEmail(text) : parsePhone(text);
  const isFit = channel === null || (channel === "email") === (recipient?.kind === "email");
  return recipient && isFit ? accepted(recipient) : invalid("To");
}

/** Reads the last part of a verification's path: its sid, or its recipient. Null for anything else, which is not found. */
export function recipientInPath(text: string): { kind: "sid"; value: string } | Recipient | null {
  if (/^VE[0-9a-fA-F]{32}$/.test(text)) return { kind: "sid", value: text };
  const recipient = parseRecipient(text);
  return recipient.ok ? recipient.value : null;
}

/** A text of which a person sees something; undefined for what is empty, blank or of invisible characters alone. */
export function visible(text: string | undefined): string | undefined {
  return /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text ?? "") ? text : undefined;
}

/** Whether a number is of the range that the North American plan keeps for fiction, +1 NPA 555 0100 to 0199. */
export function isFictional(phone: string): boolean {
  return /^\+1[2-9]\d{2}55501\d{2}$/.test(phone);
}

// A start and its check parse the same number, at about 25 µs for North America. Only valid numbers are kept, so that
// garbage pushes nothing out; the oldest goes first.
const phones = new Map<string, PhoneRecipient>();
const phonesMax = 4096;

function parsePhone(text: string): PhoneRecipient | null {
  const known = phones.get(text);
  if (known) return known;
  const phone = readPhone(text);
  if (!phone) return null;
  const oldest = phones.size < phonesMax ? undefined : phones.keys().next().value;
  if (oldest !== undefined) phones.delete(oldest);
  phones.set(text, phone);
  return phone;
}

function readPhone(text: string): PhoneRecipient | null {
  if (!/^\+[1-9]\d{5,14}$/.test(text)) return null;
  const phone = parsePhoneNumberFromString(text, { extract: false });
  if (!phone) return null;
  // Some Caribbean plans list no 555 exchange, but their area codes have the fictional numbers too.
  const isValid = phone.isValid() || (isFictional(phone.number) && phone.country !== undefined);
  if (!isValid) return null;
  return Object.freeze({
    kind: "phone",
    value: phone.number,
    country: phone.country ?? null,
    callingCode: phone.countryCallingCode,
  });
}

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const asciiDomain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** RFC 5321 without quoted local parts, which mailers split differently, and without address literals. */
function parseEmail(text: string): EmailRecipient | null {
  if (text.length > limits.recipientLengthMax) return null;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  if (at < 1 || local.length > 64 || !localPart.test(local)) return null;
  const domain = toAsciiDomain(text.slice(at + 1));
  const value = `${local}@${domain}`.toLowerCase();
  return asciiDomain.test(domain) && value.length <= limits.recipientLengthMax ? { kind: "email", value } : null;
}

/** Empty for what is no domain. The function of Node reads a URL's host: it decodes `%41` and stops at a slash. */
function toAsciiDomain(domain: string): string {
  return /^[\p{L}\p{M}\p{N}.。．｡-]+$/u.test(domain) ? domainToASCII(domain) : "";
}
