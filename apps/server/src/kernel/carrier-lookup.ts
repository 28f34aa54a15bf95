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
  type?: CarrierLookup["type"];
}

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
    type: carrier?.type ?? lineType(phone),
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

/**
 * The sandbox's carriers: fictional numbers of North America are mobile, but landlines from 0150 to 0159 and VoIP from
 * 0160 to 0169. Canada has none.
 */
export const sandboxCarriers: CarrierSource = ({ value, country, callingCode, isFictional }) => {
  if (!isFictional || callingCode !== "1" || country === "CA") return null;
  const line = Number(value.slice(-2));
  if (line >= 50 && line <= 59) return { ...noMobile, name: "Example Telephone", type: "landline" };
  if (line >= 60 && line <= 69) return { ...noMobile, name: "Example Voice", type: "voip" };
  return { mobileCountryCode: "310", mobileNetworkCode: "410", name: "Example Wireless", type: "mobile" };
};

const noMobile = { mobileCountryCode: null, mobileNetworkCode: null };
const nothing: CarrierLookup = { ...noMobile, type: null, name: null, errorCode: null };

/** Null for what is none of the three, as toll-free and premium numbers. */
function lineType({ type }: PhoneRecipient): CarrierLookup["type"] {
  return (type && lineTypes[type]) ?? null;
}

const lineTypes: Partial<Record<NonNullable<NumberType>, CarrierLookup["type"]>> = {
  FIXED_LINE: "landline",
  FIXED_LINE_OR_MOBILE: "mobile",
  MOBILE: "mobile",
  VOIP: "voip",
};
