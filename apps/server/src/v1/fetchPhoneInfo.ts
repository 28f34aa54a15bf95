import type { Dependencies } from "../dependencies.ts";
import { carrierLookup } from "../kernel/carrier-lookup.ts";
import type { CarrierLookup } from "../verifications/verification.ts";
import type { V1Handler } from "./handler.ts";
import { parseNationalNumber } from "./national-number.ts";
import { forcedV1Refusal } from "./outcome-number.ts";

type Id = "fetchPhoneInfo";
type Code = "60033" | "60078" | "60001" | "60003";

export function fetchPhoneInfo(dependencies: Dependencies): V1Handler<Id> {
  return async ({ parameters }) => {
    const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
    if (!phone.ok) return phone;
    const forced = forcedV1Refusal<Code>(dependencies, "fetchPhoneInfo", phone.value);
    if (forced) return forced;
    const { type, name } = carrierLookup(phone.value, dependencies.carriers);
    const time = new Date(dependencies.clock()).toISOString();
    return {
      ok: true,
      value: {
        message: `Phone number information as of ${time.slice(0, 10)} ${time.slice(11, 19)} UTC`,
        type: type === null ? "unknown" : types[type],
        provider: name,
        // No source of carriers tells it.
        ported: false,
        success: true,
      },
    };
  };
}

const types = { mobile: "cellphone", landline: "landline", voip: "voip" } as const satisfies Record<
  NonNullable<CarrierLookup["type"]>,
  string
>;
