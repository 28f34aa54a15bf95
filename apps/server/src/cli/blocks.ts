import { Command } from "commander";
import { prefixCounters } from "../guard/pumping.ts";
import { addDatabaseCommands, type Database } from "./database-command.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign blocks`: the number prefixes that the guard has blocked. */
export function blocksCommand(terminal: Terminal): Command {
  const command = new Command("blocks")
    .description("see and lift the blocks of number prefixes")
    .addHelpText("after", "\nReads the same environment as serve.");
  return addDatabaseCommands(terminal, command, {
    list: ["list what is blocked now, the latest first", list],
    "lift <account> <prefix>": ["send to a prefix again, and forget what was counted against it", lift],
  });
}

async function list({ store }: Database) {
  const blocks = await store.blocks.list(store.clock());
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

async function lift({ store }: Database, accountSid: string, prefix: string) {
  const isLifted = await store.blocks.lift(accountSid, prefix, prefixCounters(prefix, store.clock()));
  if (!isLifted) throw new CommandError(`There is no block of ${prefix} for account ${accountSid}.`);
  return [{ account_sid: accountSid, prefix, lifted: true }];
}
