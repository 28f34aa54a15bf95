import { hashSecret } from "../accounts/authenticate.ts";
import type { Config } from "../config.ts";
import { newSid } from "../kernel/random.ts";
import type { Store } from "../store/store.ts";
import { newKey } from "../v1/keys.ts";
import { withStore } from "./database-command.ts";

const usage = "countersign accounts keys create <account sid> | list <account sid> | revoke <account sid> <key sid>";

/**
 * `countersign accounts keys`: makes API keys of an account, lists them, takes one back. A secret is shown once.
 * A server that knows a key believes in it for a second more.
 * @returns what to print, a line each
 */
export async function keys(words: string[], config: Pick<Config, "databaseUrl">): Promise<object[]> {
  const [action, accountSid, keySid, ...rest] = words;
  return withStore(config, async (store) => {
    if (accountSid && rest.length === 0) {
      if (action === "create" && !keySid) return [await create(store, accountSid)];
      if (action === "list" && !keySid) return await list(store, accountSid);
      if (action === "revoke" && keySid) return [await revoke(store, accountSid, keySid)];
    }
    throw new Error(usage);
  });
}

async function create(store: Store, accountSid: string): Promise<object> {
  const [sid, secret] = [newSid("SK"), newKey()];
  const credential = { accountSid, sid, secretHash: hashSecret(secret), createdAt: Date.now() };
  if (!(await store.accounts.rotate(credential))) throw new Error(`There is no account ${accountSid}.`);
  return { sid, account_sid: accountSid, secret };
}

async function list(store: Store, accountSid: string): Promise<object[]> {
  const found = await store.accounts.keys(accountSid);
  return found.map(({ sid, createdAt }) => ({ sid, date_created: new Date(createdAt).toISOString() }));
}

async function revoke(store: Store, accountSid: string, keySid: string): Promise<object> {
  if (!(await store.accounts.revoke(accountSid, keySid))) {
    throw new Error(`There is no API key ${keySid} of account ${accountSid}.`);
  }
  return { sid: keySid, revoked: true };
}
