import { Command } from "commander";
import { hashSecret } from "../accounts/authenticate.ts";
import type { Credential } from "../accounts/store.ts";
import { newSid } from "../kernel/random.ts";
import { newKey } from "../v1/keys.ts";
import { applicationCommands } from "./applications.ts";
import { addDatabaseCommands, type Database } from "./database-command.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign accounts`: who may call a production server. Secrets are shown once. */
export function accountsCommand(terminal: Terminal): Command {
  const command = new Command("accounts")
    .description("manage who may call a production server")
    .addHelpText("after", "\nReads the same environment as serve. Secrets are shown once, and stored hashed.");
  addDatabaseCommands(terminal, command, {
    "create <name>": ["make an account", createAccount],
    list: ["list the accounts", listAccounts],
    "rotate <sid>": ["give an account a new auth token, in place of the old one", rotateToken],
  });
  addDatabaseCommands(terminal, command.command("keys").description("manage the API keys of an account"), {
    "create <account>": ["make an API key", createKey],
    "list <account>": ["list the API keys", listKeys],
    "revoke <account> <key>": ["take an API key back", revokeKey],
  });
  const ofV1 = command.command("applications").description("manage the applications of the legacy v1");
  addDatabaseCommands(terminal, ofV1, applicationCommands);
  return command;
}

async function createAccount({ store }: Database, friendlyName: string) {
  const sid = newSid("AC");
  const { secret: auth_token, credential } = newCredential(sid, sid, store.clock());
  await store.accounts.create({ sid, friendlyName, createdAt: credential.createdAt }, credential);
  return [{ sid, friendly_name: friendlyName, auth_token }];
}

async function listAccounts({ store }: Database) {
  const found = await store.accounts.list();
  return found.map(({ sid, friendlyName, createdAt }) => ({
    sid,
    friendly_name: friendlyName,
    date_created: new Date(createdAt).toISOString(),
  }));
}

async function rotateToken(database: Database, sid: string) {
  return [{ sid, auth_token: await giveSecret(database, sid, sid) }];
}

async function createKey(database: Database, accountSid: string) {
  const sid = newSid("SK");
  return [{ sid, account_sid: accountSid, secret: await giveSecret(database, accountSid, sid) }];
}

async function listKeys({ store }: Database, accountSid: string) {
  const found = await store.accounts.keys(accountSid);
  return found.map(({ sid, createdAt }) => ({ sid, date_created: new Date(createdAt).toISOString() }));
}

/** A server that knows a key believes in it for a second more. */
async function revokeKey({ store }: Database, accountSid: string, keySid: string) {
  if (!(await store.accounts.revoke(accountSid, keySid))) {
    throw new CommandError(`There is no API key ${keySid} of account ${accountSid}.`);
  }
  return [{ sid: keySid, revoked: true }];
}

/** @returns the secret of a new credential, or of the one of that sid in place of the old secret */
async function giveSecret({ store }: Database, accountSid: string, sid: string): Promise<string> {
  const { secret, credential } = newCredential(accountSid, sid, store.clock());
  if (!(await store.accounts.rotate(credential))) throw new CommandError(`There is no account ${accountSid}.`);
  return secret;
}

function newCredential(accountSid: string, sid: string, createdAt: number): { secret: string; credential: Credential } {
  const secret = newKey();
  return { secret, credential: { accountSid, sid, secretHash: hashSecret(secret), createdAt } };
}
