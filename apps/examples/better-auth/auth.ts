import type { Client } from "@countersign/client";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { APIError } from "better-auth/api";
import { type PhoneNumberOptions, phoneNumber } from "better-auth/plugins/phone-number";
import { codesOf, type Told } from "../login-form/codes.ts";

interface AuthParts {
  client: Client;
  serviceSid: string;
  /** Where its pages are. */
  baseURL: string;
  secret: string;
}

/** better-auth, whose people log in by a phone number. What it keeps is in memory: yours is in a database. */
export function createAuth({ client, serviceSid, ...rest }: AuthParts) {
  return betterAuth({
    ...rest,
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    plugins: [
      phoneNumber({
        ...sendsAndChecks(client, serviceSid),
        // Who has proved a number has an account by it. better-auth wants an address of everybody.
        signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@phone.invalid` },
      }),
    ],
  });
}

/** The options of the plugin by which this service, and not better-auth, makes, sends, counts and checks the codes. */
export function sendsAndChecks(client: Client, serviceSid: string) {
  const codes = codesOf(client, serviceSid);
  return {
    // The code that better-auth has made is left alone, with how long it lives and how often it may be tried.
    async sendOTP({ phoneNumber }) {
      const told = await codes.send(phoneNumber, "sms");
      if (told.problem) throw refusal(told);
    },
    async verifyOTP({ phoneNumber, code }) {
      if (!phoneNumber) return false;
      const told = await codes.check(phoneNumber, code);
      // A wrong code better-auth tells by itself, as INVALID_OTP, and so it is with what can be none.
      if (told.problem && told.code && told.code !== 60200) throw refusal(told);
      return told.isIn === true;
    },
    phoneNumberValidator: (number) => /^\+[1-9]\d{6,14}$/.test(number),
  } satisfies Partial<PhoneNumberOptions>;
}

/** A refusal by better-auth's own names, where it has one, in words for the person. */
function refusal({ code = 0, problem = "", waitSeconds }: Told): APIError {
  const named: Record<number, [status: "BAD_REQUEST" | "FORBIDDEN", name: string]> = {
    20404: ["BAD_REQUEST", "OTP_EXPIRED"],
    60200: ["BAD_REQUEST", "INVALID_PHONE_NUMBER"],
    60202: ["FORBIDDEN", "TOO_MANY_ATTEMPTS"],
  };
  const waits = waitSeconds === undefined ? "FORBIDDEN" : "TOO_MANY_REQUESTS";
  const [status, name] = named[code] ?? [code < 30_000 ? "SERVICE_UNAVAILABLE" : waits, `COUNTERSIGN_${code}`];
  return new APIError(status, { code: name, message: problem, retryAfterSeconds: waitSeconds });
}
