import type { V1WebhookEvent } from "@countersign/types";
import type { CodeVault } from "../verifications/vault.ts";
import { hashKey, newKey, uuidShaped } from "./keys.ts";

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
  /** Whom to ask about it: the number as it was given, without the calling code. */
  contact: { phoneNumber: string; countryCode: number; email: string } | null;
  /** Oldest first. */
  accessKeys: AccessKey[];
  /** Oldest first. */
  webhooks: Webhook[];
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

/** What the webhooks of an application are told of a call that was answered. */
export interface CallFact {
  application: Application;
  type: V1WebhookEvent;
  payload: object;
  at: number;
}

export function allows({ permission }: Pick<AccessKey, "permission">, needed: Permission): boolean {
  return permissions.indexOf(permission) >= permissions.indexOf(needed);
}

type Lists = Pick<ApplicationState, "accessKeys" | "webhooks">;

/** Decides to add to a list of an application, unless it holds `max` already. */
export function adding<List extends keyof Lists>(list: List, item: Lists[List][number], max: number) {
  return ({ state }: Application) =>
    state[list].length < max
      ? { outcome: true, state: { ...state, [list]: [...state[list], item] } }
      : { outcome: false };
}

/** Decides to take what has that id out of a list of an application, if it is there. */
export function removing(list: keyof Lists, id: string) {
  return ({ state }: Application) => {
    const others = state[list].filter((item) => item.id !== id);
    const isFound = others.length < state[list].length;
    return isFound ? { outcome: true, state: { ...state, [list]: others } } : { outcome: false };
  };
}

/** The keys of an application in clear, as whoever creates it gets to see them once. */
export interface ApplicationKeys {
  apiKey: string;
  appApiKey: string;
  /** Of an access key with the permission `admin`. */
  accessKey: string;
  signingKey: string;
}

interface Given extends Pick<Application, "accountSid" | "serviceSid">, Pick<ApplicationState, "contact"> {
  now: number;
}

/** A new application of a service: its keys are hashed, and its signing key is sealed. */
export function newApplication(
  vault: Pick<CodeVault, "sealText">,
  { accountSid, serviceSid, contact, now }: Given,
  keys: ApplicationKeys,
): Application {
  return {
    accountSid,
    serviceSid,
    // A positive number that fits 32 bits, as the clients of v1 expect; nothing is looked up by it.
    id: Number.parseInt(newKey().slice(0, 8), 16) % 2_000_000_000,
    apiKeyHash: hashKey(keys.apiKey),
    appApiKeyHash: hashKey(keys.appApiKey),
    sealedSigningKey: vault.sealText(keys.signingKey),
    state: {
      plan: "pay_as_you_go",
      isSuspended: false,
      smsEnabled: true,
      phoneCallsEnabled: true,
      oneTouchEnabled: false,
      oneTouchCallback: null,
      contact,
      accessKeys: [newAccessKey({ name: "first", permission: "admin" }, keys.accessKey, now)],
      webhooks: [],
    },
    createdAt: now,
    updatedAt: now,
  };
}

/** @param key the key itself, of which a hash is kept */
export function newAccessKey(named: Pick<AccessKey, "name" | "permission">, key: string, now: number): AccessKey {
  return { id: `AK_${uuidShaped(newKey())}`, ...named, keyHash: hashKey(key), createdAt: now };
}

export function newApplicationKeys(): ApplicationKeys {
  return { apiKey: newKey(), appApiKey: newKey(), accessKey: newKey(), signingKey: newKey() };
}
