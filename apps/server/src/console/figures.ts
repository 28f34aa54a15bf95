import type { FigureCounts, FigureSum, Figures } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { accepted, invalid } from "../kernel/refusal.ts";
import { approvalBounds, approvalColumns, countColumns, dayMs, unitMs } from "./figure.ts";
import { type CountedGroup, type FigureStore, keptDays } from "./figure-store.ts";

interface Parts {
  figures: FigureStore;
  refusedStarts: { flush(): Promise<void> };
  clock: Clock;
}

type Counts = CountedGroup["counts"];

const columnOf = {
  channel: "channel",
  country: "country",
  provider: "provider",
  error: "error_code",
  service: "service_sid",
} as const;

/** The operation that counts what happened. */
export function figureHandlers({ figures, refusedStarts, clock }: Parts): Pick<Handlers, "fetchFigures"> {
  return {
    async fetchFigures({ accountSid, query }) {
      const { by = "hour", group = "channel", service_sid: serviceSid } = query;
      const now = clock();
      const period = periodOf(query, unitMs[by], now);
      const { from, to } = period;
      if (from >= to || from < oldestKept(by, now)) return invalid("after");
      await refusedStarts.flush();
      const owner = { accountSid, serviceSid };
      const [counted, before] = await Promise.all([
        figures.read({ ...owner, by, group: columnOf[group], from, to }),
        figures.read({ ...owner, by: "day", group: "channel", from: formerFrom(period, now), to: from }),
      ]);
      const named = counted.filter((each) => each.group !== "");
      return accepted({
        ...{ by, group, after: isoTime(from), before: isoTime(to) },
        figures: named.map(({ at, group: name, counts }) => {
          return { date: isoTime(at), group: name, ...countsOf(counts, group) };
        }),
        totals: totalsOf(named, group),
        sum: sumOf(counted),
        former: sumOf(before),
      });
    },
  };
}

interface Period {
  from: number;
  to: number;
}

/** As it was asked for, widened to whole hours or days. Nothing has happened in the time to come. */
function periodOf({ after, before }: { after?: string; before?: string }, unit: number, now: number): Period {
  const nowEnds = (Math.floor(now / unit) + 1) * unit;
  const to = before === undefined ? nowEnds : Math.min(nowEnds, Math.ceil(Date.parse(before) / unit) * unit);
  return { from: after === undefined ? to - dayMs : Math.floor(Date.parse(after) / unit) * unit, to };
}

function oldestKept(by: "hour" | "day", now: number): number {
  return Math.floor((now - keptDays[by] * dayMs) / dayMs) * dayMs;
}

/** Of the period of the same length before. Where hours are not told apart any more, it begins with a day. */
function formerFrom({ from, to }: Period, now: number): number {
  const begin = from - (to - from);
  return begin < oldestKept("hour", now) ? Math.floor(begin / dayMs) * dayMs : begin;
}

function countsOf(counts: Counts, group?: Figures["group"]): FigureCounts {
  const { starts, delivered, undelivered, refused_checks, locks, cancellations, refused_starts } = counts;
  const approvals = approvalColumns.reduce((sum, column) => sum + counts[column], 0);
  const sends = group === "provider" ? counts.handed_over : counts.sends;
  return { starts, sends, delivered, undelivered, approvals, refused_checks, locks, cancellations, refused_starts };
}

function totalsOf(counted: readonly CountedGroup[], group: Figures["group"]): Figures["totals"] {
  return [...new Set(counted.map((each) => each.group))].sort().map((name) => {
    const ofGroup = added(counted.filter((each) => each.group === name));
    return { group: name, ...countsOf(ofGroup, group) };
  });
}

function added(counted: readonly CountedGroup[]): Counts {
  const sum = Object.fromEntries(countColumns.map((column) => [column, 0])) as Counts;
  for (const { counts } of counted) for (const column of countColumns) sum[column] += counts[column];
  return sum;
}

function sumOf(counted: readonly CountedGroup[]): FigureSum {
  const sum = added(counted);
  return {
    ...countsOf(sum),
    approval_seconds_p50: approvedWithin(sum, 0.5),
    approval_seconds_p95: approvedWithin(sum, 0.95),
  };
}

/** Within how many seconds that share of approvals came, as if those between two bounds were spread evenly. */
function approvedWithin(counts: Counts, share: number): number | null {
  const { approvals } = countsOf(counts);
  if (approvals === 0) return null;
  let [left, low] = [approvals * share, 0];
  for (const bound of approvalBounds) {
    const count = counts[`approved_${bound}`];
    if (left <= count) return Math.round((low + ((bound - low) * left) / count) * 10) / 10;
    left -= count;
    low = bound;
  }
  return low;
}
