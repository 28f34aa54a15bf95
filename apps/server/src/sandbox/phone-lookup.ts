import type { ResponseOf } from "@countersign/types";
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { carrierLookup, lineOf, sandboxCarriers } from "../kernel/carrier-lookup.ts";
import type { Handlers } from "../kernel/handler.ts";
import { type PhoneRecipient, parseRecipient } from "../kernel/recipient.ts";
import { accepted, invalid } from "../kernel/refusal.ts";
import { type Outcomes, outcomeOf, refusalFor } from "./outcome-number.ts";

type Lookup = ResponseOf<"fetchPhoneNumber">;

export type LookupHandlers = Pick<Handlers, "fetchPhoneNumber">;

/** The lookup that programs make at another address before a start: valid is what a start takes. */
export function lookupHandlers(outcomes: Outcomes): LookupHandlers {
  return {
    async fetchPhoneNumber({ path: { PhoneNumber }, query: { Fields, CountryCode = "US" }, base }) {
      if (!isSupportedCountry(CountryCode)) return invalid("CountryCode");
      const parsed = parsePhoneNumberFromString(PhoneNumber.trim(), { defaultCountry: CountryCode, extract: false });
      const recipient = parsed && parseRecipient(parsed.number, "sms");
      const phone = recipient?.ok && recipient.value.kind === "phone" ? recipient.value : undefined;
      const forced = phone && refusalFor(outcomes, "fetchPhoneNumber", phone, refusalOf);
      if (forced) return forced;
      // As it was typed, when it is none: what libphonenumber read into it, nobody has asked about.
      const number = phone?.value ?? PhoneNumber;
      const fields = new Set(phone && Fields?.split(",").map((name) => name.trim()));
      return accepted({
        calling_country_code: phone?.callingCode ?? null,
        country_code: phone?.country ?? null,
        phone_number: number,
        // Without the extension that was typed.
        national_format: (phone && parsePhoneNumberFromString(phone.value)?.formatNational()) ?? null,
        valid: phone !== undefined,
        validation_errors: phone ? [] : [faultOf(PhoneNumber, CountryCode)],
        line_type_intelligence: phone && fields.has("line_type_intelligence") ? intelligence(phone) : null,
        ...notEnabled(fields),
        url: `${base}/v2/PhoneNumbers/${encodeURIComponent(number).replaceAll("%2B", "+")}`,
      });
    },
  };
}

const refusalOf = (code: number) => ({ ok: false as const, refusal: { code, parameter: "PhoneNumber" } });

/** What there is no data for: null, or its error where it is asked for. */
function notEnabled(fields: ReadonlySet<string>) {
  const answer = (name: keyof Lookup) => (fields.has(name) ? ({ error_code: 60606 } as const) : null);
  return {
    caller_name: answer("caller_name"),
    sim_swap: answer("sim_swap"),
    call_forwarding: answer("call_forwarding"),
    line_status: answer("line_status"),
    identity_match: answer("identity_match"),
    reassigned_number: answer("reassigned_number"),
    sms_pumping_risk: answer("sms_pumping_risk"),
    phone_number_quality_score: answer("phone_number_quality_score"),
    pre_fill: answer("pre_fill"),
  };
}

/** The errors of a lookup that is answered; an outcome number asks for one of them. */
const isLookupError = (code: number) => code >= 60600 && code <= 60699;

function intelligence(phone: PhoneRecipient): Lookup["line_type_intelligence"] {
  const { mobileCountryCode, mobileNetworkCode, name, errorCode } = carrierLookup(phone, sandboxCarriers);
  const asked = outcomeOf(phone);
  const error_code = asked && isLookupError(asked) ? asked : errorCode;
  return {
    mobile_country_code: mobileCountryCode,
    mobile_network_code: mobileNetworkCode,
    carrier_name: name,
    type: error_code === null ? lineOf(phone, sandboxCarriers) : null,
    error_code,
  };
}

function faultOf(text: string, country: CountryCode): Lookup["validation_errors"][number] {
  const fault = validatePhoneNumberLength(text, country) ?? "INVALID_BUT_POSSIBLE";
  return fault === "INVALID_COUNTRY" ? "INVALID_COUNTRY_CODE" : fault;
}
