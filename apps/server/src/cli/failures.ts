import { Command } from "commander";
import type { Attempt } from "../attempts/attempt.ts";
import type { Store } from "../store/store.ts";
import { withConfig, withStore } from "./database-command.ts";
import { CommandError } from "./failure.ts";
import { countOf, jsonOption } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign failures`: what a production server has given up. Works on its database, beside it or without it. */
export function failuresCommand(terminal: Terminal): Command {
  const onStore = <T>(work: (store: Store) => Promise<T>) => withConfig(terminal, (config) => withStore(config, work));
  const command = new Command("failures").description("show what a production server has given up");
  command.addHelpText("after", "\nReads the same environment as serve. It shows no recipient and no code.");
  command
    .command("list")
    .description("list the messages that will not arrive, and what could not be delivered to webhooks")
    .option("--account <sid>", "of one account alone")
    .option("--limit <number>", "how many of each, the latest first", countOf, 100)
    .addOption(jsonOption())
    .action(async (options: ListOptions) => {
      const failures = await onStore((store) => list(store, options));
      for (const row of options.json ? failures.map((each) => JSON.stringify(each)) : table(failures))
        terminal.print(row);
      if (failures.length === 0 && !options.json) terminal.note("None.");
    });
  command
    .command("retry <sid>")
    .description("have a delivery to a webhook tried again, nine times over a day")
    .action(async (sid: string) => {
      const isThere = await onStore((store) => store.posts.unpark(sid, Date.now()));
      if (!isThere)
        throw new CommandError(`No delivery ${sid} was given up. Messages are not sent again: their codes are old.`);
      terminal.print(`${sid} is tried again.`);
    });
  return command;
}

interface ListOptions {
  account?: string;
  limit: number;
  json?: boolean;
}

/** Without the recipient, and without what a delivery says, which may name one. */
interface Failure {
  kind: "message" | "webhook";
  sid: string;
  account_sid: string;
  service_sid: string;
  /** The channel of a message; which webhook, `events` for the operator's own. */
  to: string;
  status: "failed" | "undelivered" | "parked";
  error: string | null;
  date_failed: string;
}

async function list(store: Store, { account, limit }: ListOptions): Promise<Failure[]> {
  const accounts = account === undefined ? (await store.accounts.list()).map(({ sid }) => sid) : [account];
  const found = await Promise.all(
    accounts.map(async (accountSid) => ({
      attempts: (await store.attempts.list(accountSid, { isLost: true }, { size: limit })).items,
      posts: await store.posts.parked(accountSid),
    })),
  );
  const latest = (failures: Failure[]) =>
    failures.toSorted((a, b) => b.date_failed.localeCompare(a.date_failed)).slice(0, limit);
  const webhooks = found.flatMap(({ posts }) => posts).map(webhookFailure);
  return [...latest(found.flatMap(({ attempts }) => attempts).map(messageFailure)), ...latest(webhooks)];
}

function messageFailure({ sid, accountSid, serviceSid, channel, delivery, updatedAt }: Attempt): Failure {
  return {
    kind: "message",
    sid,
    account_sid: accountSid,
    service_sid: serviceSid,
    to: channel,
    status: delivery.status === "undelivered" ? "undelivered" : "failed",
    error: delivery.errorCode,
    date_failed: new Date(updatedAt).toISOString(),
  };
}

type Parked = Awaited<ReturnType<Store["posts"]["parked"]>>[number];

function webhookFailure({ sid, accountSid, serviceSid, webhookId, error, parkedAt }: Parked): Failure {
  return {
    kind: "webhook",
    sid,
    account_sid: accountSid,
    service_sid: serviceSid,
    to: webhookId,
    status: "parked",
    error,
    date_failed: new Date(parkedAt).toISOString(),
  };
}

/** Columns of the same width, without the account and the service, which `--json` tells. */
function table(failures: Failure[]): string[] {
  const head = ["WHEN", "SID", "KIND", "TO", "STATUS", "ERROR"];
  if (failures.length === 0) return [];
  const rows = failures.map(({ date_failed, sid, kind, to, status, error }) => [
    `${date_failed.slice(0, 19)}Z`,
    sid,
    kind,
    to,
    status,
    error ?? "-",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
