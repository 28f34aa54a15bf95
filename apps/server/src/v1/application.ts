import type { V1WebhookEvent } from "@countersign/types";
import type { CodeVault } from "../verifications/vault.ts";
import { hashKey, uuidShaped } from "./keys.ts";

/**
 * A v1 application: a Service seen through an API key. It has the Service's name, and lives as long as the Service.
 * Times are milliseconds since 1970.
 */
export interface Application {
  accountSid: string;
  serviceSid: string;
  /** `app_id` on the wire. */
  id: number;
  /** Of the API key that phone calls carry. */
  apiKeyHash: string;
  /** Of the `app_api_key` that Dashboard calls carry. */
  appApiKeyHash: string;
  /** The secret of Dashboard signatures, encrypted: unlike a key, it is needed again to compute with. */
  sealedSigningKey: string;
  state: ApplicationState;
  createdAt: number;
  updatedAt: number;
}

/** What may change of an application. */
export interface ApplicationState {
  /** The tariff that clients are told. */
  plan: string;
  /** Whether it is kept from sending, and from changing what it does with OneTouch. */
  isSuspended: boolean;
  smsEnabled: boolean;
  phoneCallsEnabled: boolean;
  oneTouchEnabled: boolean;
  oneTouchCallback: { url: string; method: "GET" | "POST" } | null;
  contact: Contact | null;
  /** Oldest first. */
  accessKeys: AccessKey[];
  /** Oldest first. */
  webhooks: Webhook[];
}

/** Whom to ask about an application. */
export interface Contact {
  /** As it was given, without the calling code. */
  phoneNumber: string;
  countryCode: number;
  email: string;
}

export interface AccessKey {
  /** `AK_` and a UUID; no credential. */
  id: string;
  name: string;
  permission: Permission;
  keyHash: string;
  createdAt: number;
}

/** What a Dashboard call may do. Each includes those before it. */
const permissions = ["read", "write", "admin"] as const;
export type Permission = (typeof permissions)[number];

export interface Webhook {
  /** `WH_` and a UUID. */
  id: string;
  name: string;
  url: string;
  events: V1WebhookEvent[];
  /** What deliveries are signed with, encrypted. */
  sealedSigningKey: string;
  createdAt: number;
}

export function allows({ permission }: Pick<AccessKey, "permission">, needed: Permission): boolean {
  return permissions.indexOf(permission) >= permissions.indexOf(needed);
}

/** What an application begins with. */
export function newApplicationState(given: Pick<ApplicationState, "contact" | "accessKeys">): ApplicationState {
  return {
    plan: "pay_as_you_go",
    isSuspended: false,
    smsEnabled: true,
    phoneCallsEnabled: true,
    oneTouchEnabled: false,
    oneTouchCallback: null,
    webhooks: [],
    ...given,
  };
}

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
