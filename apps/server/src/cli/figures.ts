import type { ResponseOf } from "@countersign/client";
import { fetchFigures } from "@countersign/client/operations";
import { Command, Option } from "commander";
import { addCallerOptions, type CallerOptions, clientOf, resultOf } from "./caller.ts";
import { inColumns } from "./columns.ts";
import { secondsOf } from "./options.ts";
import type { Terminal } from "./terminal.ts";

type Figures = ResponseOf<"fetchFigures">;

interface FiguresFlags extends CallerOptions {
  by: Figures["by"];
  group: Figures["group"];
  since?: number;
  service?: string;
}

/** `countersign figures`: what happened, as the API counts it. */
export function figuresCommand(terminal: Terminal): Command {
  const command = new Command("figures")
    .description("count starts, sends, approvals and what went wrong")
    .addOption(new Option("--by <time>", "how long each figure's time is").choices(["hour", "day"]).default("hour"))
    .addOption(
      new Option("--group <what>", "what figures are told apart by")
        .choices(["channel", "country", "provider", "error", "service"])
        .default("channel"),
    )
    .option("--since <span>", "how long ago it begins, as 24h or 7d (default: 24h)", secondsOf)
    .option("--service <sid>", "in this service alone");
  return addCallerOptions(command).action(async (flags: FiguresFlags) => {
    const { by, group, since, service } = flags;
    const after =
      since === undefined ? undefined : `${new Date(Date.now() - since * 1000).toISOString().slice(0, 19)}Z`;
    const client = await clientOf(flags);
    const figures = await resultOf(flags, fetchFigures(client, { by, group, after, service_sid: service }));
    for (const line of flags.json ? [JSON.stringify(figures)] : table(figures)) terminal.print(line);
  });
}

const columns = ["starts", "sends", "delivered", "undelivered", "approvals", "refused_checks"] as const;
const others = ["locks", "cancellations", "refused_starts"] as const;

/** Each hour or day, then the whole period, and that before it. */
function table({ by, group, figures, totals, sum, former }: Figures): string[] {
  const counted = [...columns, ...others];
  const cells = (counts: Record<(typeof counted)[number], number>) => counted.map((name) => String(counts[name]));
  const time = (date: string) => (by === "hour" ? `${date.slice(0, 16)}Z` : date.slice(0, 10));
  const head = ["WHEN", group.toUpperCase(), ...counted.map((name) => name.toUpperCase())];
  const rows = [
    ...figures.map((figure) => [time(figure.date), figure.group, ...cells(figure)]),
    ...totals.map((total) => ["in all", total.group, ...cells(total)]),
    ["in all", "", ...cells(sum)],
    ["before", "", ...cells(former)],
  ];
  const seconds = ({ approval_seconds_p50: p50, approval_seconds_p95: p95 }: Figures["sum"]) =>
    p50 === null ? "nobody was approved" : `half within ${p50} s, 95 of 100 within ${p95} s`;
  return [...inColumns(head, rows), `Approved: ${seconds(sum)}; before: ${seconds(former)}.`];
}
