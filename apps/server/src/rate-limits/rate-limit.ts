/** A limit that a service's starts may name, with what they want counted. It limits by its buckets. */
export interface RateLimit {
  serviceSid: string;
  /** `RK` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  /** By which starts name it; it never changes. */
  uniqueName: string;
  description: string | null;
  createdAt: number;
  updatedAt: number;
}

/** At most so many starts for one value, in a window that opens at the first of them. */
export interface Bucket {
  serviceSid: string;
  /** `BL` and 32 hexadecimal digits. */
  sid: string;
  rateLimitSid: string;
  accountSid: string;
  max: number;
  /** How long the window lasts. No two buckets of a limit have the same. */
  intervalSeconds: number;
  createdAt: number;
  updatedAt: number;
}

/** How many there may be; the hosted service publishes no numbers. */
export const rateLimitsMax = 50;
export const bucketsMax = 10;
