import { operator } from "../src/sql/resources.ts";
import { openStore } from "../src/store/open-store.ts";
import { newApplication, newApplicationKeys } from "../src/v1/application.ts";
import { createVault } from "../src/verifications/vault.ts";

/** Opens a service to v1, beside the server that has the database open. @returns the API key */
export async function makeApplication(databaseUrl: string, accountSid: string, serviceSid: string): Promise<string> {
  const store = await openStore(databaseUrl, Date.now);
  const keys = newApplicationKeys();
  const given = { accountSid, serviceSid, contact: null, now: Date.now() };
  // No test that uses it signs anything, so any secret will do.
  await store.applications.create(newApplication(createVault("x".repeat(32)), given, keys), operator);
  await store.close();
  return keys.apiKey;
}
