import { phoneCodes } from "@countersign/better-auth";
import type { Client } from "@countersign/client";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { phoneNumber } from "better-auth/plugins/phone-number";

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
        // This service, and not better-auth, makes, sends, counts and checks the codes.
        ...phoneCodes({ client, serviceSid }),
        // Who has proved a number has an account by it. better-auth wants an address of everybody.
        signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@phone.invalid` },
      }),
    ],
  });
}
