import { findError } from "@countersign/types";
import type { Refusal } from "../kernel/refusal.ts";
import type { Told } from "./auth-server.ts";

/**
 * What a person is told of a refusal.
 * @returns undefined for what only the operator can mend
 */
export function toldOf({ code, message, parameter, retryAfterSeconds }: Refusal): Told | undefined {
  switch (code) {
    case 20003:
      return { status: 401, message: "The request does not prove that it is of the auth server that is set up here." };
    case 20413:
      return { status: 413, message: "The request is too long." };
    // The number's, its client's, or the account's.
    case 20429:
      return { status: 429, message: `Too many codes were asked for. Try again in ${waitOf(retryAfterSeconds)}.` };
    case 60202:
      return {
        status: 429,
        message: `Too many wrong codes were tried for this number. Try again in ${waitOf(retryAfterSeconds)}.`,
      };
    case 60203:
      return {
        status: 429,
        message: `Too many codes were sent to this number. Try again in ${waitOf(retryAfterSeconds)}.`,
      };
    case 60410:
      return {
        status: 429,
        message: `No codes are sent to numbers like this one right now. Try again in ${waitOf(retryAfterSeconds)}.`,
      };
    case 20503:
      return { status: 503, message: "The code cannot be sent right now. Try again in a minute." };
    case 60200:
      // What else is wrong is a setting of the service, as that payments have to be named.
      if (message === undefined && parameter !== "To") return undefined;
      return {
        status: 400,
        message: message ?? "No message can be sent to this phone number. Type it with its country code.",
      };
    case 60205:
      return { status: 400, message: "This number is a landline, which gets no text messages." };
    case 60605:
      return { status: 403, message: "No codes are sent to phone numbers of this country or of this kind." };
    default:
      return undefined;
  }
}

/** What a person is told of all that is not about him. */
export const notNow: Told = { status: 500, message: "Codes cannot be sent right now." };

/** What the operator reads in the log. */
export function faultOf({ code }: Refusal): Error {
  const reason = code === 20404 ? "its service is not there" : findError("v2", code)?.message;
  return new Error(`No code was sent for an auth server: ${reason}`);
}

function waitOf(seconds: number | null | undefined): string {
  if (seconds == null || seconds <= 60) return "a minute";
  if (seconds <= 7200) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}
