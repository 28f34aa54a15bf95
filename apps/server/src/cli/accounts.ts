import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { hashSecret } from "../accounts/authenticate.ts";
import { newSid } from "../kernel/random.ts";
import type { Store } from "../store/store.ts";
import { perform, type Run, withStore } from "./database-command.ts";
import { CommandError } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign accounts`: who may call a production server. Works on its database, beside it or without it. */
export function accountsCommand(terminal: Terminal): Command {
  const add = (parent: Command, usage: string, description: string, run: Run) =>
    parent
      .command(usage)
      .description(description)
      .option("--json", "print JSON, a line each")
      .action(async (...given: unknown[]) => {
        const command = given.at(-1) as Command;
        await perform(terminal, command, run);
      });
  const command = new Command("accounts").description("manage who may call a production server");
  command.addHelpText("after", "\nReads the same environment as serve. Secrets are shown once, and stored hashed.");
  add(command, "create <name>", "make an account", onStore(create));
  add(command, "list", "list the accounts", onStore(list));
  add(command, "rotate <sid>", "give an account a new auth token, in place of the old one", onStore(rotate));

  const keysCommand = command.command("keys").description("manage the API keys of an account");
  for (const [usage, description] of keyCommands) {
    add(keysCommand, usage, description, async (words, config) => {
      const { keys } = await import("./keys.ts");
      return keys([actionOf(usage), ...words], config);
    });
  }

  const ofV1 = command.command("applications").description("manage the applications of the legacy v1");
  for (const [usage, description] of applicationCommands) {
    add(ofV1, usage, description, async (words, config) => {
      const { applications } = await import("./applications.ts");
      return applications([actionOf(usage), ...words], config);
    });
  }
  return command;
}

const keyCommands = [
  ["create <account>", "make an API key"],
  ["list <account>", "list the API keys"],
  ["revoke <account> <key>", "take an API key back"],
] as const;

const applicationCommands = [
  ["create <account> <service>", "open a service to clients of v1"],
  ["list <account>", "list the applications of an account"],
  ["suspend <account> <service>", "keep an application from sending"],
  ["resume <account> <service>", "let it send again"],
  ["integration-key <account>", "make a key with which clients create applications"],
] as const;

function actionOf(usage: string): string {
  return usage.split(" ")[0] ?? "";
}

function onStore(work: (store: Store, argument: string) => Promise<object[]>): Run {
  return ([argument = ""], config) => withStore(config, (store) => work(store, argument));
}

async function create(store: Store, friendlyName: string): Promise<object[]> {
  const sid = newSid("AC");
  const token = newToken();
  const createdAt = Date.now();
  const credential = { accountSid: sid, sid, secretHash: hashSecret(token), createdAt };
  await store.accounts.create({ sid, friendlyName, createdAt }, credential);
  return [{ sid, friendly_name: friendlyName, auth_token: token }];
}

async function list(store: Store): Promise<object[]> {
  const found = await store.accounts.list();
  return found.map(({ sid, friendlyName, createdAt }) => ({
    sid,
    friendly_name: friendlyName,
    date_created: new Date(createdAt).toISOString(),
  }));
}

async function rotate(store: Store, sid: string): Promise<object[]> {
  const token = newToken();
  const credential = { accountSid: sid, sid, secretHash: hashSecret(token), createdAt: Date.now() };
  if (!(await store.accounts.rotate(credential))) throw new CommandError(`There is no account ${sid}.`);
  return [{ sid, auth_token: token }];
}

function newToken(): string {
  return randomBytes(16).toString("hex");
}
