import type { Scope } from "@countersign/types";
import { Command, Option } from "commander";
import { hashAfter, newCredential } from "../accounts/authenticate.ts";
import { keyBody } from "../console/keys.ts";
import { newSid } from "../kernel/random.ts";
import { operator } from "../sql/resources.ts";
import { newKey } from "../v1/keys.ts";
import { applicationCommands } from "./applications.ts";
import { addDatabaseCommands, type Database, type Given } from "./database-command.ts";
import { laterOf, named, scopesOf, secondsOf, wordOf } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign accounts`: who may call a production server. Secrets are shown once. */
export function accountsCommand(terminal: Terminal): Command {
  const command = new Command("accounts")
    .description("manage who may call a production server")
    .addHelpText("after", "\nReads the same environment as serve. Tokens and keys are shown once, and stored hashed.");
  addDatabaseCommands(terminal, command, {
    "create <name>": ["make an account", createAccount],
    list: ["list the accounts", listAccounts],
    "rotate <sid>": ["give an account a new auth token, in place of the old one", rotateToken, overlap(0, "none")],
    "signing-secret <sid>": ["show what the posts to an account's webhooks are signed with", showSigningSecret],
    "rotate-signing-secret <sid>": ["give it a new one", rotateSigningSecret, overlap(86_400, "24h")],
  });
  addDatabaseCommands(terminal, command.command("keys").description("manage the API keys of an account"), {
    "create <account>": [
      "make an API key",
      createKey,
      new Option("--name <text>", "what it is for").argParser(wordOf(named, named.must)),
      new Option(
        "--scopes <scopes>",
        "what it may do, as start,check; by default start, check, read, manage",
      ).argParser(scopesOf),
      new Option("--expires <when>", "when it ends, as 2027-01-31 or 90d; by default never").argParser(laterOf),
    ],
    "list <account>": ["list the API keys", listKeys],
    "rotate <account> <key>": ["give an API key a new secret", rotateKey, overlap(86_400, "24h")],
    "revoke <account> <key>": ["take an API key back", revokeKey],
  });
  const ofV1 = command.command("applications").description("manage the applications of the legacy v1");
  addDatabaseCommands(terminal, ofV1, applicationCommands);
  return command;
}

const overlap = (seconds: number, shown: string) =>
  new Option("--overlap <time>", "how long the old secret still works beside the new one, as 24h")
    .argParser(secondsOf)
    .default(seconds, shown);

async function createAccount({ store }: Database, friendlyName: string) {
  if (named.read(friendlyName) === undefined) throw new CommandError(named.must, "usage");
  const [sid, auth_token, createdAt] = [newSid("AC"), newKey(), store.clock()];
  const credential = newCredential({ accountSid: sid, sid, secret: auth_token, createdAt });
  await store.accounts.create({ sid, friendlyName, createdAt }, credential, operator);
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

async function rotateToken(given: Given<Overlap>, sid: string) {
  const { secret, rotated } = await rotate(given, sid, sid, `There is no account ${sid}.`);
  return [{ sid, auth_token: secret, date_overlap_ends: keyBody(rotated).date_overlap_ends }];
}

/** It is sealed, where tokens are hashed: the server must know it to sign. */
async function showSigningSecret({ store }: Database, sid: string) {
  if (!(await store.accounts.credential(sid))) throw new CommandError(`There is no account ${sid}.`);
  const [signing_secret] = await store.serviceWebhooks.signingSecrets(sid, store.clock());
  if (!signing_secret) throw new CommandError("It was sealed with a secret that is gone. Rotate it.");
  return [{ sid, signing_secret }];
}

async function rotateSigningSecret(given: Given<Overlap>, sid: string) {
  const { store, options } = given;
  if (!(await store.accounts.credential(sid))) throw new CommandError(`There is no account ${sid}.`);
  await store.serviceWebhooks.rotateSigningSecret(sid, options.overlap, store.clock(), operator);
  return showSigningSecret(given, sid);
}

interface KeyOptions {
  name?: string;
  scopes?: Scope[];
  expires?: ReturnType<typeof laterOf>;
}

async function createKey({ store, options: { name, scopes, expires } }: Given<KeyOptions>, accountSid: string) {
  const [sid, secret, createdAt] = [newSid("SK"), newKey(), store.clock()];
  const expiresAt = expires?.(createdAt);
  if (expires && expiresAt === undefined) throw new CommandError("A key must end later than now.", "usage");
  const key = newCredential(
    { accountSid, sid, secret, createdAt },
    { friendlyName: name ?? null, ...(scopes && { scopes }), expiresAt: expiresAt ?? null },
  );
  if (!(await store.accounts.addKey(key, operator))) throw new CommandError(`There is no account ${accountSid}.`);
  return [{ account_sid: accountSid, secret, ...keyBody(key) }];
}

async function listKeys({ store }: Database, accountSid: string) {
  const { items } = await store.accounts.keys(accountSid, { size: keysMax });
  return items.map(keyBody);
}

/** More than anybody has. */
const keysMax = 1_000_000;

async function rotateKey(given: Given<Overlap>, accountSid: string, keySid: string) {
  if (keySid === accountSid) throw new CommandError("The token of an account is rotated by: accounts rotate", "usage");
  const { secret, rotated } = await rotate(given, accountSid, keySid, noKey(accountSid, keySid));
  return [{ secret, ...keyBody(rotated) }];
}

/** A server that knows a key believes in it for a second more. */
async function revokeKey({ store }: Database, accountSid: string, keySid: string) {
  if (!(await store.accounts.revoke(accountSid, keySid, operator))) throw new CommandError(noKey(accountSid, keySid));
  return [{ sid: keySid, revoked: true }];
}

interface Overlap {
  overlap: number;
}

async function rotate({ store, options }: Given<Overlap>, accountSid: string, sid: string, missing: string) {
  const secret = newKey();
  const which = { accountSid, sid };
  const rotated = await store.accounts.rotate(which, hashAfter(secret), options.overlap, store.clock(), operator);
  if (!rotated) throw new CommandError(missing);
  return { secret, rotated };
}

const noKey = (accountSid: string, keySid: string) => `There is no API key ${keySid} of account ${accountSid}.`;
