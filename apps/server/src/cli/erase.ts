import { Command } from "commander";
import { parseRecipient } from "../kernel/recipient.ts";
import { operator } from "../sql/resources.ts";
import { createVault } from "../verifications/vault.ts";
import { type Database, onDatabase, printRows } from "./database-command.ts";
import { jsonOption } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign erase`: one person, in a production server. */
export function eraseCommand(terminal: Terminal): Command {
  return new Command("erase")
    .description("erase a person from a production server")
    .argument("<to>", "a phone number in E.164 format, or an e-mail address")
    .option("--account <sid>", "from one account alone")
    .addOption(jsonOption("print JSON, a line each"))
    .addHelpText(
      "after",
      "\nReads the same environment as serve. It works beside the server, and as often as one likes.",
    )
    .action(async (to: string, options: { account?: string; json?: boolean }) => {
      const recipient = parseRecipient(to);
      if (!recipient.ok)
        throw new CommandError("That is no phone number in E.164 format, and no e-mail address.", "usage");
      const { value } = recipient.value;
      printRows(terminal, await onDatabase(terminal, (database) => erase(database, value, options.account)), options);
    });
}

async function erase({ store, config }: Database, recipient: string, account: string | undefined) {
  const vault = createVault(config.secret, config.previousSecret);
  const hashesOf = (text: string) => vault.hashValues(text);
  const accounts = (await store.accounts.list()).filter(({ sid }) => account === undefined || sid === account);
  if (accounts.length === 0 && account !== undefined) throw new CommandError(`There is no account ${account}.`);
  const erased: object[] = [];
  for (const { sid: accountSid } of accounts) {
    const counts = await store.erasePerson({ accountSid, recipient, hashesOf }, operator);
    erased.push({ account_sid: accountSid, ...counts });
  }
  return erased;
}
