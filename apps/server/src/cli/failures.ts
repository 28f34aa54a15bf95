import { Command } from "commander";
import { operator } from "../sql/resources.ts";
import type { Store } from "../store/store.ts";
import { inColumns } from "./columns.ts";
import { onDatabase, printRows } from "./database-command.ts";
import { countOf, jsonOption } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign failures`: what failed in a production server. Works on its database, beside it or without it. */
export function failuresCommand(terminal: Terminal): Command {
  const command = new Command("failures")
    .description("show what failed in a production server")
    .addHelpText("after", "\nReads the same environment as serve. It shows no recipient and no code.");
  command
    .command("list")
    .description("list the messages that will not arrive, and what webhooks have not taken yet or will not get")
    .option("--account <sid>", "of one account alone")
    .option("--limit <number>", "how many of each, the latest first", countOf, 100)
    .addOption(jsonOption())
    .action(async (options: ListOptions) => {
      const failures = await onDatabase(terminal, ({ store }) => list(store, options));
      printRows(terminal, failures, options, table);
    });
  command
    .command("retry <sid>")
    .description("have a delivery to a webhook tried again, nine times over a day")
    .action(async (sid: string) => {
      const retried = await onDatabase(terminal, ({ store }) => store.posts.retry({ sid }, store.clock(), operator));
      if (!retried)
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

async function list({ accounts, attempts, posts }: Store, { account, limit }: ListOptions): Promise<Failure[]> {
  const accountSids = account === undefined ? (await accounts.list()).map(({ sid }) => sid) : [account];
  const latest = async <T>(find: (accountSid: string) => Promise<T[]>, told: (found: T) => Failure) => {
    const found = (await Promise.all(accountSids.map(find))).flat();
    return found
      .map(told)
      .sort((a, b) => b.date_failed.localeCompare(a.date_failed))
      .slice(0, limit);
  };
  const messages = await latest(
    async (accountSid) => (await attempts.list(accountSid, { isLost: true }, { size: limit })).items,
    (attempt) =>
      failureOf("message", attempt, attempt.updatedAt, {
        to: attempt.channel,
        status: attempt.delivery.status === "undelivered" ? "undelivered" : "failed",
        error: attempt.delivery.errorCode,
      }),
  );
  const webhooks = await latest(posts.failed, (post) =>
    failureOf("webhook", post, post.failedAt ?? 0, {
      to: post.webhookName ?? post.webhookId,
      status: post.dueAt === null ? "parked" : "retrying",
      error: post.error,
    }),
  );
  return [...messages, ...webhooks];
}

type Failure = ReturnType<typeof failureOf>;

/** Without the recipient, and without what a delivery says, which may name one. */
function failureOf(
  kind: "message" | "webhook",
  { sid, accountSid, serviceSid }: { sid: string; accountSid: string; serviceSid: string },
  failedAt: number,
  /** Which channel, or which webhook, by its name or its id, `events` for the operator's own; what became of it, and why. */
  { to, status, error }: { to: string; status: "failed" | "undelivered" | "retrying" | "parked"; error: string | null },
) {
  const date_failed = new Date(failedAt).toISOString();
  return { kind, sid, account_sid: accountSid, service_sid: serviceSid, to, status, error, date_failed };
}

/** Without the account and the service, which `--json` tells. */
function table(failures: Failure[]): string[] {
  return inColumns(
    ["WHEN", "SID", "KIND", "TO", "STATUS", "ERROR"],
    failures.map(({ date_failed, sid, kind, to, status, error }) => [
      ...[`${date_failed.slice(0, 19)}Z`, sid, kind, to, status, error ?? "-"],
    ]),
  );
}
