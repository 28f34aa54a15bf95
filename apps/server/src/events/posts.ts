/** A fact on its way to one webhook. */
export interface WebhookPost {
  accountSid: string;
  serviceSid: string;
  /** `WD` and 32 hexadecimal digits. */
  sid: string;
  webhookId: string;
  /** What the receiver gets, before it is signed. */
  payload: object;
  createdAt: number;
}

/** A post that was taken to be tried. */
export interface ClaimedPost extends WebhookPost {
  /** How often it was taken, this time included. */
  tries: number;
}

/** What came of a try: it arrived (or its webhook is gone), it is tried again, or it was given up and is kept. */
export type PostResult =
  | { status: "done" }
  | { status: "retry"; at: number; error: string }
  | { status: "parked"; at: number; error: string };

interface ParkedPost extends ClaimedPost {
  parkedAt: number;
  error: string;
}

/** What waits for webhooks. Posts also come with decisions, and are then on disk with them or not at all. */
export interface PostStore {
  add(posts: readonly WebhookPost[]): Promise<void>;
  /** When the next one is due; undefined when none waits. */
  nextDueAt(): Promise<number | undefined>;
  /** Takes those that are due, the longest due first, and hides them from other workers until the lease ends. */
  claim(limit: number, leaseSeconds: number, now: number): Promise<ClaimedPost[]>;
  settle(post: Pick<WebhookPost, "serviceSid" | "sid">, result: PostResult): Promise<void>;
  /** What was given up, the latest first, at most 1000. It is erased with everything else of its age. */
  parked(accountSid: string): Promise<ParkedPost[]>;
  /** How many were given up and are kept, of all accounts. */
  parkedCount(): Promise<number>;
  /** Has one that was given up tried from the beginning. False when there is none. */
  unpark(sid: string, now: number): Promise<boolean>;
}
