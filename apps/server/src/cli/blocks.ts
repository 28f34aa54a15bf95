import { Command } from "commander";
import { startsLeftTo } from "../guard/pumping.ts";
import { operator } from "../sql/resources.ts";
import { addDatabaseCommands, type Database } from "./database-command.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign blocks`: the number prefixes that the guard suspects. */
export function blocksCommand(terminal: Terminal): Command {
  const command = new Command("blocks")
    .description("see which number prefixes are throttled, and let one go")
    .addHelpText("after", "\nReads the same environment as serve.");
  return addDatabaseCommands(terminal, command, {
    list: ["list the prefixes that came to be suspected in the last 12 hours, the latest first", list],
    "lift <account> <prefix>": ["let a prefix go, and forget what was counted against it", lift],
  });
}

async function list({ store }: Database) {
  const notes = await store.blocks.list(store.clock());
  return notes.map(({ accountSid, prefix, openDigits, times, blockedAt, current, former }) => {
    const left = startsLeftTo({ openDigits, current, former });
    return {
      account_sid: accountSid,
      prefix,
      throttled: left <= 0,
      starts: current.used + former.used,
      approvals: current.approved + former.approved,
      starts_left: Math.max(0, left),
      times,
      date_suspected: new Date(blockedAt).toISOString(),
    };
  });
}

async function lift({ store }: Database, accountSid: string, prefix: string) {
  const isLifted = await store.blocks.lift(accountSid, prefix, store.clock(), operator);
  if (!isLifted) throw new CommandError(`No prefix ${prefix} is suspected for account ${accountSid}.`);
  return [{ account_sid: accountSid, prefix, lifted: true }];
}
