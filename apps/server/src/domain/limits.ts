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
} as const;
