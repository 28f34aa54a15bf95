import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../http/answers.ts";
import type { Outcome } from "../kernel/refusal.ts";

/** A server where people log in, that makes and checks the codes by itself and has them delivered here. */
export interface AuthServer {
  /** The last part of its address here. */
  name: AuthServerName;
  /** Whether a request is its own. @param now in milliseconds since 1970 */
  proves(secrets: readonly string[], request: { headers: IncomingHttpHeaders; body: Buffer; now: number }): boolean;
  /** What it wants delivered. @returns 60200 for what is no such request, with what is wrong as its message */
  read(body: unknown, headers: IncomingHttpHeaders): Outcome<CodeToDeliver, 60200>;
  /** How it is told that the message is on its way. */
  done: Answer;
  /** How it is told why none is, so that the person reads it where it shows such things. */
  refuse(told: Told): Answer;
}

export interface CodeToDeliver {
  /** A phone number with its plus sign. */
  to: string;
  code: string;
  /** The person's language, where it knows it. */
  locale: string | null;
  /** The address of the person's device, where it knows it. */
  client: string | undefined;
  /** Names the request, where a name is signed with it. */
  once?: { id: string; at: number } | undefined;
}

/** A refusal in words for a person. */
export interface Told {
  status: number;
  message: string;
}

export type AuthServerName = "supabase" | "logto" | "kratos";

/** One that is set up: by which service it sends, and how it proves itself. */
export interface AuthServerSetting {
  name: AuthServerName;
  accountSid: string;
  serviceSid: string;
  /** Several while one takes the place of another. */
  secrets: readonly string[];
}
