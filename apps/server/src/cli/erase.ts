import { Command } from "commander";
import { identityFault } from "../kernel/identity.ts";
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
    .argument("[to]", "a phone number in E.164 format, or an e-mail address")
    .option("--identity <identity>", "with the entities of that identity, their factors and challenges")
    .option("--account <sid>", "from one account alone")
    .addOption(jsonOption("print JSON, a line each"))
    .addHelpText(
      "after",
      "\nReads the same environment as serve. It works beside the server, and as often as one likes.",
    )
    .action(async (to: string | undefined, options: Options) => {
      const { identity } = options;
      if (to === undefined && identity === undefined)
        throw new CommandError("Whom? Give a recipient or --identity.", "usage");
      const recipient = to === undefined ? undefined : parseRecipient(to);
      if (recipient && !recipient.ok)
        throw new CommandError("That is no phone number in E.164 format, and no e-mail address.", "usage");
      if (identity !== undefined && identityFault(identity))
        throw new CommandError("That is no identity: it has 8 to 64 letters, digits and dashes.", "usage");
      const whom = { recipient: recipient?.value.value, identity };
      printRows(terminal, await onDatabase(terminal, (database) => erase(database, whom, options.account)), options);
    });
}

interface Options {
  account?: string;
  identity?: string;
  json?: boolean;
}

interface Whom {
  recipient: string | undefined;
  identity: string | undefined;
}

async function erase({ store, config }: Database, whom: Whom, account: string | undefined) {
  const vault = createVault(config.secret, config.previousSecret);
  const hashesOf = (text: string) => vault.hashValues(text);
  const accounts = (await store.accounts.list()).filter(({ sid }) => account === undefined || sid === account);
  if (accounts.length === 0 && account !== undefined) throw new CommandError(`There is no account ${account}.`);
  const erased: object[] = [];
  for (const { sid: accountSid } of accounts) {
    const counts = await store.erasePerson({ ...whom, accountSid, hashesOf }, operator);
    erased.push({ account_sid: accountSid, ...counts });
  }
  return erased;
}
