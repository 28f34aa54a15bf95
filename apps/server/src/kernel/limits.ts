/** Numbers that hold for every verification. Units are in the names. */
export const limits = {
  /** Sends to one recipient in one window. */
  sendsMax: 5,
  /** Checks of one verification that are evaluated. */
  checksMax: 5,
  /** Digits of a code, however it has grown. */
  codeLengthMax: 10,
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
  /** How often an account may ask for its safe list, or change it. */
  safeListRequests: [{ requestsMax: 30, seconds: 60 }],
  /** How many entities an account may make, by themselves or with their first factor. */
  entityCreations: [{ requestsMax: 40, seconds: 1 }],
  /** How many test posts an account may have made, by making or changing webhooks. */
  webhookTests: [{ requestsMax: 30, seconds: 60 }],
  /** How many test messages an account may send. */
  providerTests: [{ requestsMax: 10, seconds: 3600 }],
} as const;

/** At most so many requests in a window, which opens at the first of them. */
export interface RequestLimit {
  requestsMax: number;
  seconds: number;
}

/** How far a limit is used up. */
export interface RequestWindow {
  openedAt: number;
  requests: number;
}

/**
 * Counts a request under every limit, or under none when one of them is used up.
 * @param windows one for each limit, in the same order; those that are missing were never opened.
 * @returns the windows with the request, or the whole seconds until it would be counted.
 */
export function countRequest(
  windows: readonly RequestWindow[],
  limits: readonly RequestLimit[],
  now: number,
): { windows: RequestWindow[] } | { retryAfterSeconds: number } {
  const counted = limits.map(({ requestsMax, seconds }, index) => {
    const open = windows[index];
    // The clocks of two processes differ a little; one that went back by a whole window was moved, in the sandbox.
    const isOver = open === undefined || Math.abs(now - open.openedAt) >= seconds * 1000;
    const window = isOver ? { openedAt: now, requests: 1 } : { ...open, requests: open.requests + 1 };
    const msLeft = window.requests > requestsMax ? window.openedAt + seconds * 1000 - now : 0;
    // Nobody waits longer than a window lasts, also where the clock that opened it is ahead.
    return { window, secondsLeft: Math.min(seconds, Math.ceil(msLeft / 1000)) };
  });
  const retryAfterSeconds = Math.max(0, ...counted.map(({ secondsLeft }) => secondsLeft));
  return retryAfterSeconds > 0 ? { retryAfterSeconds } : { windows: counted.map(({ window }) => window) };
}
