import { randomBytes } from "node:crypto";
import { openStore } from "../adapters/open-store.ts";
import { hashSecret } from "../adapters/secret-hash.ts";
import { newSid } from "../adapters/sid.ts";
import type { Config } from "../config.ts";
import type { Store } from "../ports.ts";

/** `countersign accounts`: makes accounts, lists them, gives one a new auth token. A token is shown once. */
export async function accounts(words: string[], { databaseUrl }: Config): Promise<void> {
  const [action, argument] = words;
  const store = await openStore(databaseUrl, Date.now);
  try {
    if (action === "create" && argument) return await create(store, argument);
    if (action === "list" && !argument) return await list(store);
    if (action === "rotate" && argument) return await rotate(store, argument);
    throw new Error("countersign accounts create <name> | list | rotate <sid> | keys … | applications …");
  } finally {
    await store.close();
  }
}

async function create(store: Store, friendlyName: string): Promise<void> {
  const sid = newSid("AC");
  const token = newToken();
  const createdAt = Date.now();
  const credential = { accountSid: sid, sid, secretHash: hashSecret(token), createdAt };
  await store.accounts.create({ sid, friendlyName, createdAt }, credential);
  console.log(JSON.stringify({ sid, friendly_name: friendlyName, auth_token: token }));
}

async function list(store: Store): Promise<void> {
  for (const { sid, friendlyName, createdAt } of await store.accounts.list()) {
    console.log(JSON.stringify({ sid, friendly_name: friendlyName, date_created: new Date(createdAt).toISOString() }));
  }
}

async function rotate(store: Store, sid: string): Promise<void> {
  const token = newToken();
  const credential = { accountSid: sid, sid, secretHash: hashSecret(token), createdAt: Date.now() };
  if (!(await store.accounts.rotate(credential))) throw new Error(`There is no account ${sid}.`);
  console.log(JSON.stringify({ sid, auth_token: token }));
}

function newToken(): string {
  return randomBytes(16).toString("hex");
}
