import type { NumberType } from "libphonenumber-js/max";
import type { PhoneRecipient } from "./recipient.ts";

/** What a lookup told about a number. */
export interface CarrierLookup {
  mobileCountryCode: string | null;
  mobileNetworkCode: string | null;
  type: "mobile" | "landline" | "voip" | null;
  name: string | null;
  errorCode: number | null;
}

/** The network that a number is on. */
interface Carrier {
  name: string | null;
  mobileCountryCode: string | null;
  mobileNetworkCode: string | null;
  /** The kind of line, where the source knows better than the numbering plan, which in North America can't tell. */
  line?: Line;
}

/** The kinds of line, in the words of Lookup v2. */
export type Line =
  | "mobile"
  | "landline"
  | "fixedVoip"
  | "nonFixedVoip"
  | "personal"
  | "tollFree"
  | "premium"
  | "sharedCost"
  | "uan"
  | "voicemail"
  | "pager"
  | "unknown";

/** Where carriers are known from. Null for a number that the source knows nothing of. */
export type CarrierSource = (phone: PhoneRecipient) => Carrier | null;

/** What a lookup tells: the carrier by the source, the kind of line by the source or else by the numbering plan. */
export function carrierLookup(phone: PhoneRecipient, source: CarrierSource): CarrierLookup {
  const carrier = source(phone);
  // Canadian carriers give data only to those they have authorised.
  if (!carrier && phone.country === "CA") return { ...nothing, errorCode: 60601 };
  return {
    mobileCountryCode: carrier?.mobileCountryCode ?? null,
    mobileNetworkCode: carrier?.mobileNetworkCode ?? null,
    type: lineTypes[lineOf(phone, source)] ?? null,
    name: carrier?.name ?? null,
    errorCode: null,
  };
}

/** Whether no carrier brings calls or messages to one person by it, as with toll-free numbers. */
export function isUnserved({ type }: PhoneRecipient): boolean {
  return type !== undefined && unserved.has(type);
}

const unserved = new Set<NumberType>(["TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL"]);

/** Ranges where one message can cost what a thousand do elsewhere; `international` are those of no country. */
export const highCostRanges = ["premium", "shared-cost", "universal", "pager", "satellite", "international"] as const;
export type HighCostRange = (typeof highCostRanges)[number];

/** Which of them a number is of, if any. */
export function highCostRange({ type, country, callingCode }: PhoneRecipient): HighCostRange | undefined {
  if (callingCode === "870" || callingCode === "881") return "satellite";
  return (type && rangesByType[type]) ?? (country === null ? "international" : undefined);
}

const rangesByType: Partial<Record<NonNullable<NumberType>, HighCostRange>> = {
  PREMIUM_RATE: "premium",
  SHARED_COST: "shared-cost",
  UAN: "universal",
  PAGER: "pager",
};

/** The kind of line, by the source or else by the numbering plan. */
export function lineOf(phone: PhoneRecipient, source: CarrierSource): Line {
  return source(phone)?.line ?? (phone.type && planned[phone.type]) ?? "unknown";
}

const planned: Record<NonNullable<NumberType>, Line> = {
  FIXED_LINE: "landline",
  FIXED_LINE_OR_MOBILE: "mobile",
  MOBILE: "mobile",
  VOIP: "nonFixedVoip",
  PERSONAL_NUMBER: "personal",
  TOLL_FREE: "tollFree",
  PREMIUM_RATE: "premium",
  SHARED_COST: "sharedCost",
  UAN: "uan",
  VOICEMAIL: "voicemail",
  PAGER: "pager",
};

/** What the lookup of a start says of them; nothing of the others, as toll-free and premium numbers. */
const lineTypes: Partial<Record<Line, CarrierLookup["type"]>> = {
  mobile: "mobile",
  landline: "landline",
  fixedVoip: "voip",
  nonFixedVoip: "voip",
};

/**
 * The sandbox's carriers: fictional numbers of North America are mobile, but landlines from 0150 to 0159, VoIP from
 * 0160 to 0169, and one of each other kind from 0170 on. Canada has none.
 */
export const sandboxCarriers: CarrierSource = ({ value, country, callingCode, isFictional }) => {
  if (!isFictional || callingCode !== "1" || country === "CA") return null;
  const line = lineAt(Number(value.slice(-2)));
  if (line === "mobile") return { mobileCountryCode: "310", mobileNetworkCode: "410", name: "Example Wireless", line };
  return { ...noMobile, name: names[line] ?? null, line };
};

function lineAt(last: number): Line {
  if (last >= 50 && last <= 59) return "landline";
  if (last >= 60 && last <= 69) return "nonFixedVoip";
  return others[last - 70] ?? "mobile";
}

const others: Line[] = [
  "fixedVoip",
  "personal",
  "tollFree",
  "premium",
  "sharedCost",
  "uan",
  "voicemail",
  "pager",
  "unknown",
];

/** No carrier is known of the others. */
const names: Partial<Record<Line, string>> = {
  landline: "Example Telephone",
  fixedVoip: "Example Voice",
  nonFixedVoip: "Example Voice",
};

const noMobile = { mobileCountryCode: null, mobileNetworkCode: null };
const nothing: CarrierLookup = { ...noMobile, type: null, name: null, errorCode: null };
