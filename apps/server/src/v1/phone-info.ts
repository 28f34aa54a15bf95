import { type CarrierSource, carrierLookup } from "../kernel/carrier-lookup.ts";
import type { Clock } from "../kernel/clock.ts";
import type { CarrierLookup } from "../verifications/verification.ts";
import type { V1Handlers } from "./handler.ts";
import { parseNationalNumber } from "./national-number.ts";

interface Parts {
  carriers: CarrierSource;
  clock: Clock;
}

/** The operation that tells what is known of a number. */
export function phoneInfoHandlers({ carriers, clock }: Parts): Pick<V1Handlers, "fetchPhoneInfo"> {
  return {
    async fetchPhoneInfo({ parameters }) {
      const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
      if (!phone.ok) return phone;
      const { type, name } = carrierLookup(phone.value, carriers);
      const time = new Date(clock()).toISOString();
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
    },
  };
}

const types = { mobile: "cellphone", landline: "landline", voip: "voip" } as const satisfies Record<
  NonNullable<CarrierLookup["type"]>,
  string
>;
