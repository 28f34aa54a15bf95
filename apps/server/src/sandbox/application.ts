import { hashKey } from "../kernel/keys.ts";
import { newKey } from "../kernel/new-key.ts";
import type { Store } from "../store/store.ts";
import { newApplication } from "../v1/new-application.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { sandboxKeys } from "./account.ts";

/** The sandbox's service as a v1 application, with an access key for each permission. */
export async function seedApplication(
  store: Store,
  vault: Pick<CodeVault, "sealText">,
  { accountSid, serviceSid, now }: { accountSid: string; serviceSid: string; now: number },
): Promise<void> {
  await store.applications.addIntegrationKey({
    accountSid,
    keyHash: hashKey(sandboxKeys.integrationKey),
    createdAt: now,
  });
  const application = newApplication(
    { newKey, vault },
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
  await store.applications.create({
    ...application,
    id: 11111,
    state: { ...application.state, accessKeys: [admin, ...lesser] },
  });
}
