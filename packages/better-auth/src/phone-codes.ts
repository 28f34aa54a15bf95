import { type Client, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import type { PhoneNumberOptions } from "better-auth/plugins/phone-number";
import { errorOf, notItsOwn, tooManyWrong, tooSoon } from "./errors.ts";
import { createWaits } from "./waits.ts";

export interface PhoneCodesOptions {
  client: Client;
  /** The service that makes, sends and checks the codes, `VA…`. */
  serviceSid: string;
  /** The service of the codes by which passwords are reset; `serviceSid` where nothing is said, and so is one code for both. */
  resetServiceSid?: string;
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
  serviceSid,
  resetServiceSid = serviceSid,
  channel: Channel = "sms",
}: PhoneCodesOptions): PhoneCodes {
  const logIns = { ServiceSid: serviceSid, waits: createWaits() };
  const resets = { ServiceSid: resetServiceSid, waits: createWaits() };

  const sendBy =
    ({ ServiceSid, waits }: typeof logIns): PhoneCodes["sendOTP"] =>
    async ({ phoneNumber: To }, context) => {
      const secondsLeft = waits.secondsLeft(To);
      if (secondsLeft > 0) throw tooSoon(secondsLeft);
      const sending = waits.sending(To);
      const call = createVerification(client, { ServiceSid, To, Channel });
      const { to, send_code_attempts } = await unwrap(call).catch((error: unknown) => {
        sending.undo();
        throw errorOf(error, "send", context);
      });
      if (to !== To) throw notItsOwn();
      if ((send_code_attempts?.length ?? 1) === 1) sending.isFirst();
    };

  return {
    sendOTP: sendBy(logIns),
    // A reset is answered in one way, whether the number has an account or not: better-auth logs what is thrown.
    sendPasswordResetOTP: sendBy(resets),

    async verifyOTP({ phoneNumber: To, code }, context) {
      // better-auth's own client may leave it out, and no code is right for nobody.
      if (!To) return false;
      const isReset = context?.path === "/phone-number/reset-password";
      const { ServiceSid, waits } = isReset ? resets : logIns;
      const call = createVerificationCheck(client, { ServiceSid, To, Code: digitsOf(code) });
      const { to, status } = await unwrap(call).catch((error: unknown) => {
        if (!(error instanceof VerifyError)) throw errorOf(error, "check", context);
        // What can be no code is a wrong one, which better-auth tells by itself.
        if (error.code === 60200) return { to: To, status: "pending" };
        if (error.code === 20404) waits.ended(To);
        // Only who has an account was sent a code, so a reset may not tell that one was.
        if (isReset && (error.code === 20404 || error.code === 60202)) return { to: To, status: "pending" };
        throw errorOf(error, "check", context);
      });
      if (status !== "pending") waits.ended(To);
      if (status === "max_attempts_reached" && !isReset) throw tooManyWrong();
      if (to !== To) throw notItsOwn();
      return status === "approved";
    },

    phoneNumberValidator: (number) => /^\+[1-9]\d{6,14}$/.test(number),
  };
}

/**
 * `123 456`, `123-456`, Arabic, Persian or full-width digits, or the whole message, which begins or ends with the code: the
 * name in it may have digits too.
 */
function digitsOf(typed: string): string {
  const text = typed.normalize("NFKC").replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) % 16));
  const numbers = text.match(/\d[\d\s\p{Pd}\p{Cf}]*/gu)?.map((each) => each.replace(/\D/g, "")) ?? [];
  const codes = numbers.filter(({ length }) => length >= 4 && length <= 10);
  return codes.at(/^\s*\d/.test(text) ? 0 : -1) ?? text;
}
