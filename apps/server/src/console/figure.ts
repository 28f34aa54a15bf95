import type { Keeping } from "../sql/table.ts";

/** Bounds of the seconds from a start to its approval, under which approvals are counted; those above stand apart. */
export const approvalBounds = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600] as const;
type ApprovalColumn = `approved_${(typeof approvalBounds)[number] | "later"}`;

export const approvalColumns = [
  ...approvalBounds.map((bound) => `approved_${bound}` as const),
  "approved_later",
] as const;

/** What is counted but approvals: columns of the table. */
export const eventColumns = [
  "starts",
  "sends",
  // Sends that a provider took or refused, beside its name: a send is counted before anybody knows who takes it.
  "handed_over",
  "delivered",
  "undelivered",
  "refused_checks",
  "locks",
  "cancellations",
  "refused_starts",
] as const;

export const countColumns = [...eventColumns, ...approvalColumns] as const;
export type CountColumn = (typeof eventColumns)[number] | ApprovalColumn;

/** One thing that happened, and the row that counts it. Nothing of it tells of a person. */
export interface Figure {
  accountSid: string;
  serviceSid: string;
  channel: string;
  country: string | null;
  /** Who was to bring the message, where it is counted by provider. */
  provider: string | null;
  /** Why it failed, for what fails. */
  errorCode: string | null;
  at: number;
  counts: CountColumn;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const unitMs = { hour: hourMs, day: dayMs } as const;

/** What figures are told apart by, besides the service. Sums of hours and of days are kept by each of them alone. */
export const dimensions = ["channel", "country", "provider", "error_code"] as const;

const key = ["account_sid", "part", "hour", ...dimensions, "service_sid"];

/** The part that has the sums of hours or of days by a dimension. */
export function partOf(unit: "hour" | "day", dimension: (typeof dimensions)[number]): number {
  return -1 - dimensions.indexOf(dimension) - (unit === "hour" ? 0 : dimensions.length);
}

export const figureTable: Keeping = {
  name: "figures",
  owner: "service",
  key,
  columns: [...key, ...countColumns],
  erased: { never: "a sweep sums up hours that are over, and drops hours after 35 days and days after 400" },
  outlivesService: "what was sent and approved stays so",
  person: { none: "it counts what happened, and tells of nobody" },
};
