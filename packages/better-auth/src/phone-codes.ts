import { type Client, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import type { PhoneNumberOptions } from "better-auth/plugins/phone-number";
import { errorOf, tooManyWrong, tooSoon } from "./errors.ts";
import { createWaits } from "./waits.ts";

export interface PhoneCodesOptions {
  client: Client;
  /** The service that makes, sends and checks the codes, `VA…`. */
  serviceSid: string;
  /** How codes are sent; by SMS where nothing is said. */
  channel?: "sms" | "call" | "whatsapp";
}

/** Options of better-auth's phone number plugin. */
export type PhoneCodes = Required<
  Pick<PhoneNumberOptions, "sendOTP" | "verifyOTP" | "sendPasswordResetOTP" | "phoneNumberValidator">
>;

/**
 * The options by which the service, and not better-auth, makes, sends, counts and checks the codes: what better-auth makes,
 * how long that lives and how often it may be tried is left alone.
 * @throws APIError from `sendOTP` and `verifyOTP`, by better-auth's own names where it has one, in words for the person.
 * What only the program's own people can mend is in better-auth's log instead.
 */
export function phoneCodes({
  client,
  serviceSid: ServiceSid,
  channel: Channel = "sms",
}: PhoneCodesOptions): PhoneCodes {
  const waits = createWaits();
  const sendOTP: PhoneCodes["sendOTP"] = async ({ phoneNumber: To }, context) => {
    const secondsLeft = waits.secondsLeft(To);
    if (secondsLeft > 0) throw tooSoon(secondsLeft);
    const started = await unwrap(createVerification(client, { ServiceSid, To, Channel })).catch((error: unknown) => {
      throw errorOf(error, "send", context);
    });
    waits.sent(To, started.send_code_attempts?.length ?? 1);
  };
  return {
    sendOTP,
    // A reset is answered in one way, whether the number has an account or not: better-auth logs what is thrown.
    sendPasswordResetOTP: sendOTP,

    async verifyOTP({ phoneNumber: To, code }, context) {
      // better-auth's own client may leave it out, and no code is right for nobody.
      if (!To) return false;
      const call = createVerificationCheck(client, { ServiceSid, To, Code: digitsOf(code) });
      const { status } = await unwrap(call).catch((error: unknown) => {
        // What can be no code is a wrong one, which better-auth tells by itself.
        if (error instanceof VerifyError && error.code === 60200) return { status: "pending" };
        if (error instanceof VerifyError && error.code === 20404) waits.ended(To);
        throw errorOf(error, "check", context);
      });
      if (status !== "pending") waits.ended(To);
      if (status === "max_attempts_reached") throw tooManyWrong();
      return status === "approved";
    },

    phoneNumberValidator: (number) => /^\+[1-9]\d{6,14}$/.test(number),
  };
}

/** `123 456`, `123-456`, the digits of other keyboards, or the whole message: its first digits are the code. */
function digitsOf(typed: string): string {
  const text = typed.normalize("NFKC").replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) % 16));
  return (/\d[\d\s\p{Pd}\p{Cf}]*/u.exec(text)?.[0] ?? text).replace(/[\s\p{Pd}\p{Cf}]/gu, "");
}
