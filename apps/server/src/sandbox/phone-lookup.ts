import type { ResponseOf } from "@countersign/types";
import {
  type CountryCode,
  isSupportedCountry,
  type NumberType,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { carrierLookup, sandboxCarriers } from "../kernel/carrier-lookup.ts";
import type { Handlers } from "../kernel/handler.ts";
import { type PhoneRecipient, parseRecipient } from "../kernel/recipient.ts";
import { accepted, invalid } from "../kernel/refusal.ts";

type Lookup = ResponseOf<"fetchPhoneNumber">;
type Line = Lookup["line_type_intelligence"];

/** The lookup that programs make at another address before a start: valid is what a start takes. */
export const fetchPhoneNumber: Handlers["fetchPhoneNumber"] = async ({ path, query, base }) => {
  const country = query.CountryCode ?? "US";
  if (!isSupportedCountry(country)) return invalid("CountryCode");
  const parsed = parsePhoneNumberFromString(path.PhoneNumber, { defaultCountry: country, extract: false });
  const recipient = parsed && parseRecipient(parsed.number, "sms");
  const phone = recipient?.ok && recipient.value.kind === "phone" ? recipient.value : undefined;
  const asksForLine = query.Fields?.includes("line_type_intelligence");
  return accepted({
    calling_country_code: parsed?.countryCallingCode ?? null,
    country_code: phone?.country ?? null,
    phone_number: parsed?.number ?? path.PhoneNumber,
    national_format: (phone && parsed?.formatNational()) ?? null,
    valid: phone !== undefined,
    validation_errors: phone ? [] : [faultOf(path.PhoneNumber, country)],
    line_type_intelligence: phone && asksForLine ? lineOf(phone) : null,
    ...notLookedUp,
    url: `${base}/v2/PhoneNumbers/${parsed?.number ?? encodeURIComponent(path.PhoneNumber)}`,
  });
};

function lineOf(phone: PhoneRecipient): Line {
  const { mobileCountryCode, mobileNetworkCode, name, type, errorCode } = carrierLookup(phone, sandboxCarriers);
  const kind = type === "voip" ? "nonFixedVoip" : (type ?? (phone.type && lineTypes[phone.type]) ?? "unknown");
  return {
    mobile_country_code: mobileCountryCode,
    mobile_network_code: mobileNetworkCode,
    carrier_name: name,
    type: errorCode === null ? kind : null,
    error_code: errorCode,
  };
}

/** The kinds of which the lookup of a start says nothing. */
const lineTypes: Partial<Record<NonNullable<NumberType>, NonNullable<Line>["type"]>> = {
  PERSONAL_NUMBER: "personal",
  TOLL_FREE: "tollFree",
  PREMIUM_RATE: "premium",
  SHARED_COST: "sharedCost",
  UAN: "uan",
  VOICEMAIL: "voicemail",
  PAGER: "pager",
};

function faultOf(text: string, country: CountryCode): Lookup["validation_errors"][number] {
  const fault = validatePhoneNumberLength(text, country) ?? "INVALID_BUT_POSSIBLE";
  return fault === "INVALID_COUNTRY" ? "INVALID_COUNTRY_CODE" : fault;
}

const notLookedUp = {
  caller_name: null,
  sim_swap: null,
  call_forwarding: null,
  line_status: null,
  identity_match: null,
  reassigned_number: null,
  sms_pumping_risk: null,
  phone_number_quality_score: null,
  pre_fill: null,
};
