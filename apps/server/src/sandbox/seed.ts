import { newCredential } from "../accounts/authenticate.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { settingsOf } from "../services/service.ts";
import { operator } from "../sql/resources.ts";
import type { Store } from "../store/store.ts";
import { newApplication } from "../v1/application.ts";
import { hashKey } from "../v1/keys.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { sandboxAccount, sandboxApiKey, sandboxKeys, sandboxServiceSid, sandboxSigningSecret } from "./account.ts";

/** A database that is kept has all of it already. */
export async function seed(store: Store, vault: CodeVault, now: number): Promise<void> {
  const { accountSid, authToken } = sandboxAccount;
  const { apiKey, apiSecret } = sandboxApiKey;
  const account = { sid: accountSid, friendlyName: "Sandbox", createdAt: now };
  const credential = (sid: string, secret: string) => newCredential({ accountSid, sid, secret, createdAt: now });
  const { accounts } = store;
  await amongOthers(async () => {
    const hasAccount = await accounts.credential(accountSid);
    if (!hasAccount) await accounts.create(account, credential(accountSid, authToken), operator);
    if (!(await accounts.credential(apiKey))) await accounts.addKey(credential(apiKey, apiSecret), operator);
    await store.serviceWebhooks.signingSecrets(accountSid, now, sandboxSigningSecret);
  });
  await seedService(store, vault, now);
}

/** The service that everybody knows, and its application. */
export async function seedService(store: Store, vault: CodeVault, now: number): Promise<void> {
  const { accountSid } = sandboxAccount;
  const [sid, settings] = [sandboxServiceSid, settingsOf({ FriendlyName: "Acme", "Whatsapp.From": "+12025550100" })];
  const { services, applications } = store;
  await amongOthers(async () => {
    const hasService = await services.fetch(accountSid, sid);
    if (!hasService) await services.create({ accountSid, sid, settings, createdAt: now, updatedAt: now }, operator);
    const hasApplication = await applications.fetch(accountSid, sid);
    if (!hasApplication) await seedApplication(store, vault, { accountSid, serviceSid: sid, now });
  });
}

/** Makes what is missing. Another sandbox on the same database may come first, and yet another one may reset that. */
async function amongOthers(makeMissing: () => Promise<void>): Promise<void> {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    try {
      return await makeMissing();
    } catch (error) {
      if (triesLeft === 0 || error instanceof StoreUnavailableError) throw error;
    }
  }
}

/** The sandbox's service as a v1 application, with an access key for each permission. */
async function seedApplication(
  store: Store,
  vault: Pick<CodeVault, "sealText">,
  { accountSid, serviceSid, now }: { accountSid: string; serviceSid: string; now: number },
): Promise<void> {
  const integrationKey = { accountSid, keyHash: hashKey(sandboxKeys.integrationKey), createdAt: now };
  await store.applications.addIntegrationKey(integrationKey, operator);
  const application = newApplication(
    vault,
    { accountSid, serviceSid, contact: { phoneNumber: "202-555-0150", countryCode: 1, email: "ada@example.com" }, now },
    sandboxKeys,
  );
  const [admin] = application.state.accessKeys;
  if (!admin) throw new Error("A new application has an access key.");
  const lesser = (["read", "write"] as const).map((permission, index) => ({
    ...admin,
    id: `${admin.id.slice(0, -1)}${index}`,
    name: permission,
    permission,
    keyHash: hashKey(`${sandboxKeys.accessKey}-${permission}`),
  }));
  await store.applications.create(
    {
      ...application,
      id: 11111,
      state: { ...application.state, accessKeys: [admin, ...lesser] },
    },
    operator,
  );
}
