import type { CarrierLookup } from "../kernel/carrier-lookup.ts";
import type { Channel } from "../kernel/recipient.ts";
import type { NotFoundReason } from "../kernel/refusal.ts";

/** Everything known of one verification. Times are milliseconds since 1970. A value: a change makes a new one. */
export interface Verification {
  accountSid: string;
  serviceSid: string;
  sid: string;
  /** E.164 number or normalised e-mail address. */
  recipient: string;
  /** Two letters; null for an address, and for a number that belongs to no country. */
  country: string | null;
  /** The channel that was used last. */
  channel: Channel;
  status: "pending" | "approved" | "canceled" | "max_attempts_reached";
  /** The code under the key that `keyId` names, and sealed for a re-send; null once the verification has ended. */
  code: SealedCode | null;
  /** What the code is bound to besides the recipient (PSD2). */
  amount: string | null;
  payee: string | null;
  attempts: SendAttempt[];
  /** Checks that were evaluated. */
  checks: number;
  sna: SnaState | null;
  lookup: CarrierLookup | null;
  createdAt: number;
  updatedAt: number;
  expiresAt: number;
}

/** A code as it may be stored. */
export interface SealedCode {
  /** HMAC-SHA-256 of the code and of what it is bound to, in base64url. */
  mac: string;
  /** The code encrypted, in base64url. */
  sealed: string;
  /** Which secret was used. */
  keyId: string;
  length: number;
}

/** What a code is good for, and nothing else. */
export interface CodeBinding {
  serviceSid: string;
  recipient: string;
  amount: string | null;
  payee: string | null;
}

/** One send. */
export interface SendAttempt {
  sid: string;
  channel: Channel;
  at: number;
  /** Only where a v1 caller brought the code, and so checks it: what it told of the outcome, null until then. */
  feedback?: Feedback | null;
  /** Whether the guard let it pass since the account had its number on its safe list. */
  isSafe?: boolean;
  /** Only where events tell of it: a `ToldOfSend`, sealed. */
  told?: string;
}

/** What events tell of a send, and nothing else needs to know later. */
export interface ToldOfSend {
  /** The name that it had in place of the service's. */
  name?: string;
  tags?: Readonly<Record<string, string>>;
  /** Whether the caller brought the code. */
  hasOwnCode?: boolean;
}

/** What a v1 caller told of a code of its own. */
export interface Feedback {
  outcome: "received" | "not-received";
  createdAt: number;
  updatedAt: number;
}

/** Silent network authentication of one verification. */
export interface SnaState {
  /** What the URL carries, so that nobody can guess it. The client token is sealed in it. */
  urlToken: string;
  /** Whether the check must repeat the client token, which the URL's answer carries. */
  needsClientToken: boolean;
  /** Whether the carrier vouched for the number. */
  isConfirmed: boolean;
  errors: { attemptSid: string; code: number }[];
}

/** The state that a caller sees: a pending or locked verification whose window has ended is expired. */
export function statusAt(
  verification: Pick<Verification, "status" | "expiresAt">,
  now: number,
): Verification["status"] | "expired" {
  const isOpen = verification.status === "pending" || verification.status === "max_attempts_reached";
  return isOpen && now >= verification.expiresAt ? "expired" : verification.status;
}

/** Why there is no verification to work on; undefined while it is pending. */
export function reasonGone(verification: Verification | undefined, now: number): NotFoundReason | undefined {
  if (!verification) return "unknown";
  const status = statusAt(verification, now);
  return status === "pending" ? undefined : status;
}

/** Whole seconds until the window ends, at least one while it is open. */
export function secondsLeft(verification: Verification, now: number): number {
  return Math.max(0, Math.ceil((verification.expiresAt - now) / 1000));
}

/** Whether too many wrong checks locked the recipient for the rest of the window. */
export function isLocked(verification: Verification, now: number): boolean {
  return statusAt(verification, now) === "max_attempts_reached";
}
