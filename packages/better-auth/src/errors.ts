import { VerifyError } from "@countersign/client";
import { APIError } from "better-auth/api";
import type { PhoneNumberOptions } from "better-auth/plugins/phone-number";

/** Of the request that better-auth answers; it need not tell it. */
type Context = Parameters<PhoneNumberOptions["sendOTP"]>[1];

type Status = "BAD_REQUEST" | "FORBIDDEN" | "TOO_MANY_REQUESTS" | "SERVICE_UNAVAILABLE" | "INTERNAL_SERVER_ERROR";

/**
 * What a person is told of what went wrong, by better-auth's own names where it has one. Of what nobody but the program's own
 * people can mend, the rest is in its log.
 */
export function errorOf(error: unknown, call: "send" | "check", context: Context): APIError {
  if (!(error instanceof VerifyError)) {
    log(context, error);
    return apiError("SERVICE_UNAVAILABLE", "COUNTERSIGN_20503", tryAgain);
  }
  const { code, details, retryAfterMs } = error;
  const seconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
  const name = `COUNTERSIGN_${code}`;
  switch (code) {
    case 60200:
      if (details?.recipient) return notItsOwn();
      break;
    case 20404:
      if (call === "send") break;
      if (details?.reason === "max_attempts_reached") return tooManyWrong();
      return apiError("BAD_REQUEST", "OTP_EXPIRED", "That code is not good any more. Ask for another one.");
    case 60202:
      return tooManyWrong(seconds);
    case 60203:
      return apiError(
        "TOO_MANY_REQUESTS",
        name,
        `We sent five messages. Their code is still good. There can be another in ${waitOf(seconds)}.`,
        seconds,
      );
    case 60212:
      return apiError("TOO_MANY_REQUESTS", name, "A message is on its way already.", seconds);
    case 20429:
    case 60410:
      return apiError(
        "TOO_MANY_REQUESTS",
        name,
        `We cannot send a code there now. Try again in ${waitOf(seconds)}.`,
        seconds,
      );
    case 60205:
      return apiError("BAD_REQUEST", name, "That is a landline, which gets no text messages. Take another number.");
    case 60238:
    case 60412:
    case 60413:
    case 60605:
      return apiError("FORBIDDEN", name, "We cannot send a code there. Take another number.");
    case 60217:
    case 60223:
    case 60331:
    case 60550:
    case 68008:
      log(context, error);
      return apiError("SERVICE_UNAVAILABLE", name, "We cannot send it this way now.");
    case 20408:
    case 20500:
    case 20503:
      log(context, error);
      return apiError("SERVICE_UNAVAILABLE", name, "That did not work. Try again in a minute.", seconds);
  }
  log(context, error);
  return apiError("INTERNAL_SERVER_ERROR", "UNEXPECTED_ERROR", tryAgain);
}

/** What is no number, or is another one as the service writes it: one phone would have two accounts. */
export function notItsOwn(): APIError {
  const message = "Type the number with its country code, as +1 202 555 0123.";
  return apiError("BAD_REQUEST", "INVALID_PHONE_NUMBER", message);
}

/** Before there can be another message. It is named as where a button was pressed twice. */
export function tooSoon(seconds: number): APIError {
  const message = `Another code can be sent in ${seconds} seconds. It is the same code.`;
  return apiError("TOO_MANY_REQUESTS", "COUNTERSIGN_60212", message, seconds);
}

/** After five wrong codes, or at a start or a check once there were so many. */
export function tooManyWrong(seconds = 600): APIError {
  const message = `There were too many wrong codes. Ask for another code in ${waitOf(seconds)}.`;
  return apiError("FORBIDDEN", "TOO_MANY_ATTEMPTS", message, seconds);
}

/** Nobody can do more about it, and what it was is nobody's business. */
const tryAgain = "Something went wrong here. Try again in a minute.";

function waitOf(seconds = 0): string {
  return seconds > 60 ? `${Math.ceil(seconds / 60)} minutes` : "a minute";
}

function apiError(status: Status, code: string, message: string, retryAfterSeconds?: number): APIError {
  return new APIError(status, { code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
}

function log(context: Context, error: unknown): void {
  const say = context?.context.logger.error ?? console.error;
  say("The verification service did not do as it was asked:", error);
}
