/** Numbers that hold for every verification. Units are in the names. */
export const limits = {
  /** Sends to one recipient in one window. */
  sendsMax: 5,
  /** Checks of one verification that are evaluated. */
  checksMax: 5,
  lifetimeSeconds: 600,
  lifetimeSecondsMin: 120,
  lifetimeSecondsMax: 86_400,
  /** How long the Attempts log keeps an ended verification, and with it the recipient. */
  retentionDays: 30,
  recipientLengthMax: 254,
  /** How often one verification may be fetched while it lives. */
  verificationFetches: [
    { requestsMax: 60, seconds: 60 },
    { requestsMax: 180, seconds: 3600 },
    { requestsMax: 250, seconds: 86_400 },
  ],
  /** How often an account may read the list of attempts, and as often their summary. */
  attemptReads: [{ requestsMax: 100, seconds: 60 }],
} as const;
