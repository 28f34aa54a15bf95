import type { Verification as VerificationBody, VerificationCheck } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import { type CarrierLookup, statusAt, type Verification } from "./verification.ts";

/**
 * A verification as start, fetch and update answer it.
 * @param base where the service is reached, for the absolute addresses.
 */
export function verificationBody(verification: Verification, now: number, base: string): VerificationBody {
  return {
    sid: verification.sid,
    service_sid: verification.serviceSid,
    account_sid: verification.accountSid,
    to: verification.recipient,
    channel: verification.channel,
    status: statusAt(verification, now),
    valid: verification.status === "approved",
    lookup: verification.lookup ? { carrier: carrierBody(verification.lookup) } : {},
    amount: verification.amount,
    payee: verification.payee,
    send_code_attempts: verification.attempts.map(({ sid, channel, at }) => ({
      time: isoTime(at),
      channel,
      attempt_sid: sid,
    })),
    date_created: isoTime(verification.createdAt),
    date_updated: isoTime(verification.updatedAt),
    sna: verification.sna && { url: `${base}/sna/${verification.sna.urlToken}` },
    url: `${base}/v2/Services/${verification.serviceSid}/Verifications/${verification.sid}`,
  };
}

/** A verification as a check answers it. */
export function checkBody(verification: Verification): VerificationCheck {
  return {
    sid: verification.sid,
    service_sid: verification.serviceSid,
    account_sid: verification.accountSid,
    to: verification.recipient,
    channel: verification.channel,
    status: verification.status,
    valid: verification.status === "approved",
    amount: verification.amount,
    payee: verification.payee,
    sna_attempts_error_codes: (verification.sna?.errors ?? []).map(({ attemptSid, code }) => ({
      attempt_sid: attemptSid,
      code,
    })),
    date_created: isoTime(verification.createdAt),
    date_updated: isoTime(verification.updatedAt),
  };
}

function carrierBody(lookup: CarrierLookup) {
  return {
    mobile_country_code: lookup.mobileCountryCode,
    type: lookup.type,
    error_code: lookup.errorCode,
    mobile_network_code: lookup.mobileNetworkCode,
    name: lookup.name,
  };
}
