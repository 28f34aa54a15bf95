import type { StartParts } from "../verifications/composed-send.ts";
import type { VerificationCommand } from "../verifications/ledger.ts";
import { type V1Handler, type V1Outcome, type V1Request, v1Refused } from "./handler.ts";
import { sidOfUuid } from "./keys.ts";
import { parseNationalNumber, shownNumber } from "./national-number.ts";
import { notFoundFacts } from "./phone-reports.ts";
import { legacyStatus } from "./status.ts";
import { notFoundText, nothingPendingText } from "./texts.ts";

type Id = "fetchPhoneVerificationStatus";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;
type Code = "60001" | "60003" | "60033" | "60042" | "60078" | "60023";

/** Tells of a verification by its id or of the latest of a number, for 30 days after it ended. */
export function fetchPhoneVerificationStatus(dependencies: Pick<StartParts, "store" | "newSid">): V1Handler<Id> {
  return async (request) => {
    const { accountSid, application, parameters } = request;
    const wanted = wantedOf(parameters);
    if (!wanted.ok) return wanted;
    const { target, missing } = wanted.value;
    return dependencies.store.decide<Answer>({
      accountSid,
      serviceSid: application.serviceSid,
      target,
      decide({ current }, now) {
        // An e-mail address can be verified under the same service, but v1 knows phone numbers alone.
        const status = current?.recipient.startsWith("+") ? legacyStatus(current, now) : undefined;
        if (!status) {
          const facts = notFoundFacts(request, now);
          return { outcome: v1Refused("60023", { message: missing }), facts };
        }
        return {
          outcome: {
            ok: true,
            value: {
              message: "Phone Verification status.",
              status: status.status,
              seconds_to_expire: status.secondsToExpire,
              success: true,
            },
          },
        };
      },
    });
  };
}

interface Wanted {
  target: VerificationCommand<unknown>["target"];
  /** What to say when there is no such verification. */
  missing: string;
}

function wantedOf(parameters: V1Request<Id>["parameters"]): V1Outcome<Wanted, Code> {
  const { uuid, country_code, phone_number } = parameters;
  if (uuid !== undefined) {
    // What is no id at all is looked for too, as one that nothing has, so that the same follows from it.
    const sid = sidOfUuid("VE", uuid) ?? "VE";
    return { ok: true, value: { target: { sid }, missing: notFoundText } };
  }
  if (country_code === undefined || phone_number === undefined) return v1Refused("60042");
  const phone = parseNationalNumber(country_code, phone_number);
  if (!phone.ok) return phone;
  const missing = nothingPendingText(shownNumber(phone.value));
  return { ok: true, value: { target: { recipient: phone.value.value }, missing } };
}
