import { carrierLookup } from "../kernel/carrier-lookup.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { check } from "../verifications/check.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import type { VerificationCommand } from "../verifications/ledger.ts";
import type { V1Handlers, V1Request } from "./handler.ts";
import { sidOfUuid } from "./keys.ts";
import { nothingPending, parseNationalNumber } from "./national-number.ts";
import { checkCallFacts, notFoundFacts } from "./phone-reports.ts";
import { startPhoneVerification } from "./phone-start.ts";
import { legacyStatus } from "./status.ts";

type Ids = "startPhoneVerification" | "checkPhoneVerification" | "fetchPhoneVerificationStatus" | "fetchPhoneInfo";
type Answer<Id extends Ids> = Awaited<ReturnType<V1Handlers[Id]>>;

/** The operations on phone numbers. */
export function phoneHandlers(parts: StartParts): Pick<V1Handlers, Ids> {
  const { store, carriers, clock } = parts;
  return {
    startPhoneVerification: startPhoneVerification(parts),

    async checkPhoneVerification(request) {
      const { accountSid, application, parameters } = request;
      const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
      if (!phone.ok) return phone;
      return check<Answer<"checkPhoneVerification">>(parts, {
        accountSid,
        serviceSid: application.serviceSid,
        target: { recipient: phone.value.value },
        code: parameters.verification_code,
        noService: refused("60001"),
        // A wrong code is an error here, and so is the one that locks the number.
        answer: ({ status }) =>
          status === "approved"
            ? accepted({ message: "Verification code is correct.", success: true })
            : refused("60022"),
        refused: ({ refusal: { code } }) =>
          code === 60202 ? refused("60003", { retryAfterSeconds: null }) : nothingPending(phone.value),
        facts: (answer, states, now) => checkCallFacts(request, answer, states, now),
      });
    },

    /** Tells of a verification by its id or of the latest of a number, for 30 days after it ended. */
    async fetchPhoneVerificationStatus(request) {
      const wanted = wantedOf(request.parameters);
      if (!wanted.ok) return wanted;
      const { target, missing } = wanted.value;
      return store.decide<Answer<"fetchPhoneVerificationStatus">>({
        accountSid: request.accountSid,
        serviceSid: request.application.serviceSid,
        target,
        decide({ current }, now) {
          // An e-mail address can be verified under the same service, but v1 knows phone numbers alone.
          const known = current?.recipient.startsWith("+") ? legacyStatus(current, now) : undefined;
          if (!known) return { outcome: missing, facts: notFoundFacts(request, now) };
          const { status, secondsToExpire: seconds_to_expire } = known;
          const message = "Phone Verification status.";
          return { outcome: accepted({ message, status, seconds_to_expire, success: true }) };
        },
      });
    },

    async fetchPhoneInfo({ parameters }) {
      const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
      if (!phone.ok) return phone;
      const { type, name } = carrierLookup(phone.value, carriers);
      const time = new Date(clock()).toISOString();
      return accepted({
        message: `Phone number information as of ${time.slice(0, 10)} ${time.slice(11, 19)} UTC`,
        type: type === "mobile" ? "cellphone" : (type ?? "unknown"),
        provider: name,
        // No source of carriers tells it.
        ported: false,
        success: true,
      });
    },
  };
}

interface Wanted {
  target: VerificationCommand<unknown>["target"];
  /** What to say when there is no such verification. */
  missing: ReturnType<typeof nothingPending>;
}

function wantedOf({
  uuid,
  country_code,
  phone_number,
}: V1Request<"fetchPhoneVerificationStatus">["parameters"]): Outcome<Wanted, "60033" | "60042" | "60078"> {
  if (uuid !== undefined) {
    // What is no id at all is looked for too, as one that nothing has, so that the same follows from it.
    const sid = sidOfUuid("VE", uuid) ?? "VE";
    return accepted({ target: { sid }, missing: refused("60023", { message: "Phone verification not found" }) });
  }
  if (country_code === undefined || phone_number === undefined) return refused("60042");
  const phone = parseNationalNumber(country_code, phone_number);
  if (!phone.ok) return phone;
  return accepted({ target: { recipient: phone.value.value }, missing: nothingPending(phone.value) });
}
