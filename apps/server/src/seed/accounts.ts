import { newCredential } from "../accounts/authenticate.ts";
import type { Place } from "../kernel/parsed.ts";
import { isWorthless } from "../kernel/secrets.ts";
import type { Env } from "../kernel/setting.ts";
import type { Fault } from "../kernel/written.ts";
import { operator } from "../sql/resources.ts";
import type { FeatureStores } from "../store/store.ts";
import { type Application, type ApplicationKeys, newApplication, newApplicationKeys } from "../v1/application.ts";
import { newKey } from "../v1/keys.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { Item } from "./kinds.ts";

/** What is new of accounts and applications where the file names no secrets. */
export interface Secrets {
  env: Env;
  /** Whether anybody may guess them, as in a sandbox. */
  areKnown: boolean;
  vault: Pick<CodeVault, "sealText">;
  token: (accountSid: string) => string;
  key: (keySid: string) => string;
  keys: (serviceSid: string) => ApplicationKeys;
  /** The application of a service that has one of its own, unless the file names keys. */
  application?: (accountSid: string, serviceSid: string, now: number) => Application | undefined;
}

/** Those of production, which nobody knows. */
export const newSecrets: Pick<Secrets, "areKnown" | "token" | "key" | "keys"> = {
  ...{ areKnown: false, token: () => newKey(), key: () => newKey(), keys: () => newApplicationKeys() },
};

/** A secret that was made, by the names under which commands show one. */
export type Shown = Record<string, string>;

export interface AccountParts {
  stores: FeatureStores;
  secrets: Secrets;
  clock: () => number;
}

/** What came of something, if it was not as it is already. */
export interface Came {
  result?: "created" | "changed";
  faults: Fault[];
  /** What to show of it, once. */
  shown?: Shown;
}

/** Makes an account that is not there. */
export async function applyAccount(
  { stores, secrets, clock }: AccountParts,
  { Sid, FriendlyName, AuthToken }: Item,
  at: Place,
): Promise<Came> {
  const sid = String(Sid);
  const friendlyName = String(FriendlyName);
  if (await stores.accounts.credential(sid)) {
    const before = (await stores.accounts.list()).find((account) => account.sid === sid)?.friendlyName;
    const isOther = before !== friendlyName;
    return { faults: isOther ? [[[...at, "FriendlyName"], `cannot be changed: it is ${before}`]] : [] };
  }
  const token = secretIn(secrets, AuthToken, [...at, "AuthToken"]);
  if ("fault" in token) return { faults: [token.fault] };
  const createdAt = clock();
  const secret = token.value ?? secrets.token(sid);
  const credential = newCredential({ accountSid: sid, sid, secret, createdAt });
  await stores.accounts.create({ sid, friendlyName, createdAt }, credential, operator);
  const isShown = token.value === undefined && !secrets.areKnown;
  return { result: "created", faults: [], ...(isShown && { shown: { account: sid, auth_token: secret } }) };
}

/** Opens a service to clients of v1, or keeps its application from sending. */
export async function applyApplication(
  { stores, secrets, clock }: AccountParts,
  which: { accountSid: string; serviceSid: string },
  item: Item,
  at: Place,
): Promise<Came> {
  const { accountSid, serviceSid } = which;
  const before = await stores.applications.fetch(accountSid, serviceSid);
  const isSuspended = item.suspended === undefined ? before?.state.isSuspended : item.suspended === true;
  if (before) {
    if (before.state.isSuspended === isSuspended) return { faults: [] };
    const decide = ({ state }: Application) => ({
      outcome: true,
      state: { ...state, isSuspended: isSuspended === true },
    });
    await stores.applications.update(which, decide, clock(), operator);
    return { result: "changed", faults: [] };
  }
  const made = secrets.keys(serviceSid);
  const [keys, faults] = [{ ...made }, [] as Fault[]];
  for (const [name, key] of keyNames) {
    const given = secretIn(secrets, item[name], [...at, name]);
    if ("fault" in given) faults.push(given.fault);
    else if (given.value !== undefined) keys[key] = given.value;
  }
  if (faults.length > 0) return { faults };
  const now = clock();
  const isNamed = keyNames.some(([name]) => item[name] !== undefined);
  const known = isNamed ? undefined : secrets.application?.(accountSid, serviceSid, now);
  const application = known ?? newApplication(secrets.vault, { ...which, contact: null, now }, keys);
  application.state = { ...application.state, isSuspended: isSuspended === true };
  await stores.applications.create(application, operator);
  if (secrets.areKnown) return { result: "created", faults };
  const shown = keyNames.filter(([, key]) => keys[key] === made[key]).map(([name, key]) => [name, keys[key]]);
  return { result: "created", faults, shown: { service: serviceSid, ...Object.fromEntries(shown) } };
}

/** As v1 names them. */
const keyNames = [
  ["api_key", "apiKey"],
  ["app_api_key", "appApiKey"],
  ["access_key", "accessKey"],
  ["api_signing_key", "signingKey"],
] as const;

/** What the environment has for a secret of the file; nothing where the file names none. */
export function secretIn(
  { env, areKnown }: Secrets,
  given: unknown,
  at: Place,
): { value: string | undefined } | { fault: Fault } {
  if (given === undefined) return { value: undefined };
  const { env: name } = given as { env: string };
  const value = env[name];
  if (value === undefined || value === "") return { fault: [at, `names ${name}, which the environment does not have`] };
  if (!areKnown && (value.length < 32 || isWorthless(value)))
    return { fault: [at, `names ${name}, which must have 32 characters or more that nobody guesses`] };
  return { value };
}
