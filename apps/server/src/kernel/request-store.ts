import type { RequestLimit } from "./request-limit.ts";

export interface RequestStore {
  /**
   * Counts a request of that name, unless one of the account's limits on it is used up. It is exact, however many
   * processes count at the same time.
   * @returns 0, or the seconds until it would be counted.
   */
  count(request: { accountSid: string; name: string }, limits: readonly RequestLimit[], now: number): Promise<number>;
}
