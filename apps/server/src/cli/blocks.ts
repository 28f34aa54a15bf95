import { Command } from "commander";
import { prefixCounters } from "../guard/pumping.ts";
import type { Store } from "../store/store.ts";
import { perform, withStore } from "./database-command.ts";
import { CommandError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign blocks`: the number prefixes that the guard has blocked. Works on the database, beside servers or without. */
export function blocksCommand(terminal: Terminal): Command {
  const command = new Command("blocks").description("see and lift the blocks of number prefixes");
  const add = (usage: string, description: string, run: (store: Store, words: string[]) => Promise<object[]>) =>
    command
      .command(usage)
      .description(description)
      .option("--json", "print JSON, a line each")
      .action((...given: unknown[]) =>
        perform(terminal, given.at(-1) as Command, (words, config) => withStore(config, (store) => run(store, words))),
      );
  command.addHelpText("after", "\nReads the same environment as serve.");
  add("list", "list what is blocked now, the latest first", list);
  add("lift <account> <prefix>", "send to a prefix again, and forget what was counted against it", lift);
  return command;
}

async function list(store: Store): Promise<object[]> {
  const blocks = await store.blocks.list(Date.now());
  return blocks.map(({ accountSid, prefix, starts, approvals, times, blockedAt, blockedUntil }) => ({
    account_sid: accountSid,
    prefix,
    starts,
    approvals,
    times,
    date_blocked: new Date(blockedAt).toISOString(),
    date_ends: new Date(blockedUntil).toISOString(),
  }));
}

async function lift(store: Store, [accountSid = "", prefix = ""]: string[]): Promise<object[]> {
  const isLifted = await store.blocks.lift(accountSid, prefix, prefixCounters(prefix, Date.now()));
  if (!isLifted) throw new CommandError(`There is no block of ${prefix} for account ${accountSid}.`);
  return [{ account_sid: accountSid, prefix, lifted: true }];
}
