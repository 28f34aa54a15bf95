import { newCredential } from "../accounts/authenticate.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { settingsOf } from "../services/service.ts";
import { operator } from "../sql/resources.ts";
import type { Store } from "../store/store.ts";
import { type Application, newApplication } from "../v1/application.ts";
import { hashKey } from "../v1/keys.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { sandboxAccount, sandboxApiKey, sandboxKeys, sandboxServiceSid, sandboxSigningSecret } from "./account.ts";

/** Makes who may call: a database that is kept has it already. */
export async function makeKnownAccount(store: Store, now: number): Promise<void> {
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
}

/** The service that everybody knows, and its application. */
export async function makeKnownService(store: Store, vault: CodeVault, now: number): Promise<void> {
  const { accountSid } = sandboxAccount;
  const [sid, settings] = [sandboxServiceSid, settingsOf({ FriendlyName: "Acme", "Whatsapp.From": "+12025550100" })];
  const { services, applications } = store;
  await amongOthers(async () => {
    const hasService = await services.fetch(accountSid, sid);
    if (!hasService) await services.create({ accountSid, sid, settings, createdAt: now, updatedAt: now }, operator);
    const hasApplication = await applications.fetch(accountSid, sid);
    if (hasApplication) return;
    await applications.addIntegrationKey(
      { accountSid, keyHash: hashKey(sandboxKeys.integrationKey), createdAt: now },
      operator,
    );
    await applications.create(knownApplication(vault, now), operator);
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
export function knownApplication(vault: Pick<CodeVault, "sealText">, now: number): Application {
  const contact = { phoneNumber: "202-555-0150", countryCode: 1, email: "ada@example.com" };
  const named = { accountSid: sandboxAccount.accountSid, serviceSid: sandboxServiceSid, contact, now };
  const application = newApplication(vault, named, sandboxKeys);
  const [admin] = application.state.accessKeys;
  if (!admin) throw new Error("A new application has an access key.");
  const lesser = (["read", "write"] as const).map((permission, index) => ({
    ...admin,
    id: `${admin.id.slice(0, -1)}${index}`,
    name: permission,
    permission,
    keyHash: hashKey(`${sandboxKeys.accessKey}-${permission}`),
  }));
  return { ...application, id: 11111, state: { ...application.state, accessKeys: [admin, ...lesser] } };
}
