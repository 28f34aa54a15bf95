import { hashKey, uuidShaped } from "../kernel/keys.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { type Application, type Contact, newApplicationState } from "./application.ts";

/** The keys of an application in clear, as whoever creates it gets to see them once. */
interface ApplicationKeys {
  apiKey: string;
  appApiKey: string;
  /** Of an access key with the permission `admin`. */
  accessKey: string;
  signingKey: string;
}

interface Given {
  accountSid: string;
  serviceSid: string;
  contact: Contact | null;
  now: number;
}

interface Maker {
  /** 128 random bits as 32 hexadecimal digits. */
  newKey: () => string;
  vault: Pick<CodeVault, "sealText">;
}

/** A new application of a service: its keys are hashed, and its signing key is sealed. */
export function newApplication(
  { newKey, vault }: Maker,
  { accountSid, serviceSid, contact, now }: Given,
  keys: ApplicationKeys,
): Application {
  const accessKey = {
    id: `AK_${uuidShaped(newKey())}`,
    name: "first",
    permission: "admin",
    keyHash: hashKey(keys.accessKey),
    createdAt: now,
  } as const;
  return {
    accountSid,
    serviceSid,
    // A positive number that fits 32 bits, as the clients of v1 expect; nothing is looked up by it.
    id: Number.parseInt(newKey().slice(0, 8), 16) % 2_000_000_000,
    apiKeyHash: hashKey(keys.apiKey),
    appApiKeyHash: hashKey(keys.appApiKey),
    sealedSigningKey: vault.sealText(keys.signingKey),
    state: newApplicationState({ contact, accessKeys: [accessKey] }),
    createdAt: now,
    updatedAt: now,
  };
}

/** Keys of 128 random bits. */
export function newApplicationKeys({ newKey }: Pick<Maker, "newKey">): ApplicationKeys {
  return { apiKey: newKey(), appApiKey: newKey(), accessKey: newKey(), signingKey: newKey() };
}
