import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { type PhoneRecipient, parseRecipient } from "../kernel/recipient.ts";
import { type Outcome, type Refusal, refused } from "../kernel/refusal.ts";

/** A number with separators is no longer than this. */
const lengthMax = 32;

/**
 * Reads a number as v1 has it: a calling code, and the national number with or without separators and trunk prefix, or
 * the number in full with `+` and that calling code.
 * @returns 60078 for a calling code that nobody has, 60033 for a number that is not valid under it.
 */
export function parseNationalNumber(countryCode: number, text: string): Outcome<PhoneRecipient, "60033" | "60078"> {
  const callingCode = String(countryCode);
  if (!callingCodes.has(callingCode)) return refused("60078");
  const number = text.length > lengthMax ? "" : text.replace(/[\s.()-]/g, "");
  const international = number.startsWith("+") ? ofCallingCode(number, callingCode) : fromNational(number, callingCode);
  const recipient = international === undefined ? undefined : parseRecipient(international, "sms");
  if (!recipient?.ok || recipient.value.kind !== "phone") return refused("60033");
  return recipient.value.callingCode === callingCode ? { ok: true, value: recipient.value } : refused("60033");
}

/**
 * A number as the messages of v1 show it: the digits after the calling code in groups of four, three, three and so on,
 * counted from the right. It is no country's own format.
 */
export function shownNumber({ value, callingCode }: Pick<PhoneRecipient, "value" | "callingCode">): string {
  const groups: string[] = [];
  let rest = value.slice(1 + callingCode.length);
  for (let size = 4; rest !== ""; size = 3) {
    groups.unshift(rest.slice(-size));
    rest = rest.slice(0, -size);
  }
  return `+${callingCode} ${groups.join("-")}`;
}

/** 60023 for a number. */
export function nothingPending(recipient: PhoneRecipient): { ok: false; refusal: Refusal<"60023"> } {
  return refused("60023", { message: `No pending verifications for ${shownNumber(recipient)} found.` });
}

function ofCallingCode(number: string, callingCode: string): string | undefined {
  return number.startsWith(`+${callingCode}`) ? number : undefined;
}

function fromNational(number: string, callingCode: string): string | undefined {
  if (!/^\d{2,17}$/.test(number)) return undefined;
  return parsePhoneNumberFromString(number, { defaultCallingCode: callingCode, extract: false })?.number;
}

/** Those of countries, and those that belong to none. */
const callingCodes = new Set<string>([
  ...getCountries().map((country) => getCountryCallingCode(country)),
  ...["800", "808", "870", "878", "881", "882", "883", "888", "979"],
]);
