import type { Config } from "../config.ts";
import { createVault } from "../server.ts";
import type { Store } from "../store/store.ts";
import { newApplication, newApplicationKeys } from "../v1/application.ts";
import { hashKey, newKey } from "../v1/keys.ts";
import { withStore } from "./database-command.ts";

const usage = `countersign accounts applications create <account sid> <service sid>
  list <account sid> | suspend <account sid> <service sid> | resume <account sid> <service sid>
  integration-key <account sid>`;

/**
 * `countersign accounts applications`: opens a service to clients of v1. Keys are shown this once.
 * `suspend` keeps an application from sending, and `integration-key` makes a key with which clients create applications.
 * @returns what to print, a line each
 */
export async function applications(words: string[], config: Pick<Config, "databaseUrl" | "secret">): Promise<object[]> {
  const [action = "", accountSid, serviceSid, ...rest] = words;
  return withStore(config, async (store) => {
    const run = actions(store, config.secret).get(action);
    const isComplete = run && accountSid && rest.length === 0 && (serviceSid !== undefined) === ofService.has(action);
    if (!isComplete) throw new Error(usage);
    return await run(accountSid, serviceSid ?? "");
  });
}

type Action = (accountSid: string, serviceSid: string) => Promise<object[]>;

/** Those that name a service. */
const ofService = new Set(["create", "suspend", "resume"]);

function actions(store: Store, secret: string) {
  return new Map<string, Action>([
    ["create", (accountSid, serviceSid) => create(store, secret, accountSid, serviceSid)],
    ["list", (accountSid) => list(store, accountSid)],
    ["suspend", (accountSid, serviceSid) => suspend(store, accountSid, serviceSid, true)],
    ["resume", (accountSid, serviceSid) => suspend(store, accountSid, serviceSid, false)],
    ["integration-key", (accountSid) => createIntegrationKey(store, accountSid)],
  ]);
}

async function create(store: Store, secret: string, accountSid: string, serviceSid: string): Promise<object[]> {
  if (!(await store.services.fetch(accountSid, serviceSid))) {
    throw new Error(`There is no service ${serviceSid} of account ${accountSid}.`);
  }
  if (await store.applications.fetch(accountSid, serviceSid)) {
    throw new Error(`The service ${serviceSid} is an application already.`);
  }
  const keys = newApplicationKeys();
  const given = { accountSid, serviceSid, contact: null, now: Date.now() };
  const application = newApplication(createVault(secret), given, keys);
  await store.applications.create(application);
  return [
    {
      app_id: application.id,
      api_key: keys.apiKey,
      app_api_key: keys.appApiKey,
      access_key: keys.accessKey,
      api_signing_key: keys.signingKey,
    },
  ];
}

async function list(store: Store, accountSid: string): Promise<object[]> {
  const found = await store.applications.list(accountSid);
  return found.map(({ id, serviceSid, state, createdAt }) => ({
    app_id: id,
    service_sid: serviceSid,
    plan: state.plan,
    suspended: state.isSuspended,
    date_created: new Date(createdAt).toISOString(),
  }));
}

async function suspend(store: Store, accountSid: string, serviceSid: string, isSuspended: boolean): Promise<object[]> {
  const changed = await store.applications.update(
    { accountSid, serviceSid },
    ({ id, state }) => ({ outcome: { app_id: id, suspended: isSuspended }, state: { ...state, isSuspended } }),
    Date.now(),
  );
  if (!changed) throw new Error(`There is no application ${serviceSid} of account ${accountSid}.`);
  return [changed];
}

async function createIntegrationKey(store: Store, accountSid: string): Promise<object[]> {
  const accounts = await store.accounts.list();
  if (!accounts.some(({ sid }) => sid === accountSid)) throw new Error(`There is no account ${accountSid}.`);
  const key = newKey();
  await store.applications.addIntegrationKey({ accountSid, keyHash: hashKey(key), createdAt: Date.now() });
  return [{ account_sid: accountSid, integration_api_key: key }];
}
