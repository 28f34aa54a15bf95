import type { OperationId, operations } from "@countersign/types";
import type { Clock } from "../kernel/clock.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { type AccessKey, type Application, allows, type Permission } from "./application.ts";
import type { ApplicationStore } from "./application-store.ts";
import { isDashboardSignature } from "./dashboard-signature.ts";
import type { V1Authenticate, V1Credentials } from "./http/authenticate.ts";
import { hashKey } from "./keys.ts";

interface Parts {
  applications: ApplicationStore;
  vault: CodeVault;
  clock: Clock;
}

/** Signed calls of one application in a minute. */
const callsMax = 60;
const windowSeconds = 60;

/**
 * Makes the function that tells in whose name a signed request is.
 * @returns 60073 for the application's key, 60072 for the access key, 60002 for the signature and a nonce that was used,
 *   60003 for too many calls, 60074 for the permission, in that order.
 */
export function createSignatureAuthenticator({ applications, vault, clock }: Parts): V1Authenticate {
  return async (credentials) => {
    const { parameters, operationId } = credentials;
    const appApiKey = onlyValue(parameters, "app_api_key");
    const application = appApiKey && (await applications.byAppApiKey(hashKey(appApiKey)));
    if (!application) return refused("60073");
    const accessKey = accessKeyOf(application, onlyValue(parameters, "access_key"));
    if (!accessKey) return refused("60072");
    const signingKey = vault.openText(application.sealedSigningKey);
    const nonce = signingKey === undefined ? undefined : signedNonce(credentials, signingKey);
    if (nonce === undefined) return refused("60002");
    const { accountSid, serviceSid } = application;
    const now = clock();
    const use = await applications.useNonce(
      { serviceSid, hash: hashKey(nonce), at: now },
      { count: callsMax, since: now - windowSeconds * 1000 },
    );
    if (use === "used") return refused("60002");
    if (use === "too many") return refused("60003", { retryAfterSeconds: windowSeconds });
    if (!allows(accessKey, needed[operationId as SignedOperationId] ?? "admin")) return refused("60074");
    return accepted({ accountSid, actor: accessKey.id, application });
  };
}

/** Makes the function that tells whose integration key a request carries. */
export function createIntegrationAuthenticator({ applications }: Pick<Parts, "applications">): V1Authenticate {
  return async ({ parameters }) => {
    const value = onlyValue(parameters, "integration_api_key");
    const key = value && (await applications.integrationKey(hashKey(value)));
    return key ? accepted({ accountSid: key.accountSid, actor: "integration_key" }) : refused("60001");
  };
}

type SignedOperationId = {
  [Id in OperationId]: operations[Id]["responses"] extends { 404: { content: { "application/json": infer Body } } }
    ? Extract<Body, { error_code: "60072" }> extends never
      ? never
      : Id
    : never;
}[OperationId];

/** The permission that each signed call needs: one that is missing does not compile. */
const needed: Record<SignedOperationId, Permission> = {
  fetchApplication: "read",
  updateApplication: "write",
  enableOneTouch: "write",
  updateOneTouchCallback: "write",
  createDashboardWebhook: "write",
  listDashboardWebhooks: "write",
  deleteDashboardWebhook: "write",
  listAccessKeys: "admin",
  createAccessKey: "admin",
  fetchAccessKey: "admin",
  deleteAccessKey: "admin",
  deleteApplication: "admin",
  processAccounts: "admin",
};

function onlyValue(parameters: V1Credentials["parameters"], wanted: string): string | undefined {
  const values = parameters.filter(([name]) => name === wanted);
  return values.length === 1 ? values[0]?.[1] : undefined;
}

/** Hashes are compared, so that the time that it takes tells nothing of the key. */
function accessKeyOf({ state }: Application, value: string | undefined): AccessKey | undefined {
  const keyHash = value === undefined ? undefined : hashKey(value);
  return state.accessKeys.find((key) => key.keyHash === keyHash);
}

/** The nonce of a request that is signed rightly. */
function signedNonce({ headers, method, url, parameters }: V1Credentials, signingKey: string): string | undefined {
  const signature = headers["x-authy-signature"];
  const nonce = headers["x-authy-signature-nonce"];
  if (typeof signature !== "string" || typeof nonce !== "string" || nonce === "") return undefined;
  const request = { nonce, method, url: url.origin + url.pathname, parameters };
  return isDashboardSignature(signature, request, signingKey) ? nonce : undefined;
}
