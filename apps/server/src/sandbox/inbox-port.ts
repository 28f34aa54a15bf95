import type { Channel } from "../verifications/verification.ts";

/** What the sandbox keeps of a message instead of sending it. */
export interface InboxMessage {
  sid: string;
  accountSid: string;
  serviceSid: string;
  verificationSid: string;
  attemptSid: string;
  to: string;
  channel: Exclude<Channel, "sna">;
  code: string;
  subject: string | null;
  text: string;
  html: string | null;
  locale: string;
  createdAt: number;
}

/** The sandbox's inbox. It is in memory alone, since it holds codes in clear. */
export interface Inbox {
  add(message: InboxMessage): void;
  /** An account's messages, newest first. */
  list(accountSid: string, to?: string): InboxMessage[];
  /**
   * The oldest message after the one named, at once or when it comes; without a name, the next that comes from now on.
   * @returns undefined when none comes in time.
   */
  next(wish: { accountSid: string; to?: string; after?: string; timeoutMs: number }): Promise<InboxMessage | undefined>;
  clear(): void;
}
