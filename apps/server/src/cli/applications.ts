import { operator } from "../sql/resources.ts";
import { newApplication, newApplicationKeys } from "../v1/application.ts";
import { hashKey, newKey } from "../v1/keys.ts";
import { createVault } from "../verifications/vault.ts";
import type { Database, DatabaseCommands } from "./database-command.ts";
import { CommandError } from "./terminal.ts";

/** `countersign accounts applications`: opens a service to clients of v1. Keys are shown this once. */
export const applicationCommands: DatabaseCommands = {
  "create <account> <service>": ["open a service to clients of v1", create],
  "list <account>": ["list the applications of an account", list],
  "suspend <account> <service>": [
    "keep an application from sending",
    (database, accountSid, serviceSid) => suspend(database, accountSid, serviceSid, true),
  ],
  "resume <account> <service>": [
    "let it send again",
    (database, accountSid, serviceSid) => suspend(database, accountSid, serviceSid, false),
  ],
  "integration-key <account>": ["make a key with which clients create applications", createIntegrationKey],
};

async function create({ store, config }: Database, accountSid: string, serviceSid: string) {
  if (!(await store.services.fetch(accountSid, serviceSid))) {
    throw new CommandError(`There is no service ${serviceSid} of account ${accountSid}.`);
  }
  if (await store.applications.fetch(accountSid, serviceSid)) {
    throw new CommandError(`The service ${serviceSid} is an application already.`);
  }
  const keys = newApplicationKeys();
  const given = { accountSid, serviceSid, contact: null, now: store.clock() };
  const application = newApplication(createVault(config.secret), given, keys);
  await store.applications.create(application, operator);
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

async function list({ store }: Database, accountSid: string) {
  const found = await store.applications.list(accountSid);
  return found.map(({ id, serviceSid, state, createdAt }) => ({
    app_id: id,
    service_sid: serviceSid,
    plan: state.plan,
    suspended: state.isSuspended,
    date_created: new Date(createdAt).toISOString(),
  }));
}

async function suspend({ store }: Database, accountSid: string, serviceSid: string, isSuspended: boolean) {
  const changed = await store.applications.update(
    { accountSid, serviceSid },
    ({ id, state }) => ({ outcome: { app_id: id, suspended: isSuspended }, state: { ...state, isSuspended } }),
    store.clock(),
    operator,
  );
  if (!changed) throw new CommandError(`There is no application ${serviceSid} of account ${accountSid}.`);
  return [changed];
}

async function createIntegrationKey({ store }: Database, accountSid: string) {
  const accounts = await store.accounts.list();
  if (!accounts.some(({ sid }) => sid === accountSid)) throw new CommandError(`There is no account ${accountSid}.`);
  const key = newKey();
  await store.applications.addIntegrationKey({ accountSid, keyHash: hashKey(key), createdAt: store.clock() }, operator);
  return [{ account_sid: accountSid, integration_api_key: key }];
}
