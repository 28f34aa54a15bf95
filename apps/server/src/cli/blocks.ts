import { Command } from "commander";
import { startsLeftTo } from "../guard/pumping.ts";
import { newSid } from "../kernel/random.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import type { SafeNumber } from "../safe-list/store.ts";
import { operator } from "../sql/resources.ts";
import { addDatabaseCommands, type Database } from "./database-command.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign blocks`: the number prefixes that the guard suspects, and what passes it. */
export function blocksCommand(terminal: Terminal): Command {
  const command = new Command("blocks")
    .description("see which number prefixes are throttled and let one go, and what passes whatever its prefix")
    .addHelpText("after", "\nReads the same environment as serve.");
  addDatabaseCommands(terminal, command.command("safe").description("manage the numbers that pass the guard"), {
    "list [account]": ["list what passes, by COUNTERSIGN_SAFE_LIST and by the accounts' own lists", listSafe],
    "add <account> <number>": ["put a number on an account's list", addSafe],
    "remove <account> <number>": ["take a number off an account's list", removeSafe],
  });
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

/** The operator's own beginnings of numbers first, which pass for every account. */
async function listSafe({ store, config }: Database, accountSid?: string) {
  const ofOperator = config.guard.safePrefixes.map((prefix) => ({ source: "COUNTERSIGN_SAFE_LIST", number: prefix }));
  const accounts = accountSid === undefined ? (await store.accounts.list()).map(({ sid }) => sid) : [accountSid];
  const numbers = await Promise.all(accounts.map((sid) => store.safeNumbers.list(sid, { size: numbersMax })));
  return [...ofOperator, ...numbers.flatMap(({ items }) => items.map(safeRow))];
}

/** So many of an account are shown at most; the API has them over pages. */
const numbersMax = 10_000;

function safeRow({ accountSid, sid, phoneNumber, createdAt }: SafeNumber) {
  const date_created = new Date(createdAt).toISOString();
  return { source: "account", number: phoneNumber, account_sid: accountSid, sid, date_created };
}

async function addSafe({ store }: Database, accountSid: string, text: string) {
  const phoneNumber = numberOf(text);
  const isAccount = (await store.accounts.list()).some(({ sid }) => sid === accountSid);
  if (!isAccount) throw new CommandError(`There is no account ${accountSid}.`);
  const number = { accountSid, sid: newSid("GN"), phoneNumber, createdAt: store.clock() };
  if (!(await store.safeNumbers.add(number, operator))) throw new CommandError(`${text} is on its list already.`);
  return [safeRow(number)];
}

async function removeSafe({ store }: Database, accountSid: string, text: string) {
  const phoneNumber = numberOf(text);
  const isRemoved = await store.safeNumbers.remove({ accountSid, phoneNumber }, operator);
  if (!isRemoved) throw new CommandError(`${text} is not on the list of account ${accountSid}.`);
  return [{ account_sid: accountSid, number: phoneNumber, removed: true }];
}

function numberOf(text: string): string {
  const recipient = parseRecipient(text, "sms");
  if (!recipient.ok) throw new CommandError(`${text} is no phone number in E.164, as +12025550123.`);
  return recipient.value.value;
}
