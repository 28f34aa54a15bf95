import type { VerificationEvent } from "@countersign/types";
import type { Verification } from "../verifications/verification.ts";

/** What the operator's own systems hear. Neither the recipient nor the code is in it: who may know them can ask. */
export type Report = VerificationEvent;
export type ReportType = Report["type"];

export function verificationReport(type: ReportType, verification: Verification, at: number): Report {
  const { accountSid, serviceSid, sid, channel } = verification;
  return {
    type,
    timestamp: `${new Date(at).toISOString().slice(0, 19)}Z`,
    data: { account_sid: accountSid, service_sid: serviceSid, verification_sid: sid, channel },
  };
}
