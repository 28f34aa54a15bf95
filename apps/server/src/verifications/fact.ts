/** What happened to a verification, for the log. */
export interface VerificationFact {
  accountSid: string;
  serviceSid: string;
  verificationSid: string;
  at: number;
  type: "started" | "sent" | "check_refused" | "approved" | "canceled" | "locked";
}
