import type { AccessTokenStore } from "../access-tokens/store.ts";
import { basicIn, isSid } from "../accounts/authenticate.ts";
import type { Authenticator } from "../http/v2-operation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Device, Principal } from "../kernel/handler.ts";
import { refused } from "../kernel/refusal.ts";
import { readJws } from "./device-jws.ts";
import type { FactorStore } from "./store.ts";

interface Parts {
  factors: Pick<FactorStore, "find">;
  accessTokens: Pick<AccessTokenStore, "sidIn" | "fetch">;
  clock: Clock;
  /** By which devices sign, who take the time from our answers. By default the machine's, which nobody moves. */
  wallClock?: Clock;
}

/**
 * Authenticates a person's device, whose user name is `token`: by an access token while it has no factor, and then by what
 * it signs. A token that is good says nothing of what it may do.
 */
export function byDevice({ factors, accessTokens, clock, wallClock = Date.now }: Parts): Authenticator {
  return async ({ authorization }, _body, _request, path) => {
    const { user, password = "" } = basicIn(authorization) ?? {};
    if (user !== "token") return undefined;
    // What is none is not found, whoever asks.
    const serviceSid = [path.ServiceSid ?? path.Sid ?? ""].find((sid) => sid.startsWith("VA") && isSid.test(sid));
    return password.includes(".") ? bySignature(password, serviceSid) : byAccessToken(password, serviceSid);
  };

  async function bySignature(token: string, serviceSid: string | undefined): Promise<Principal | undefined> {
    const jws = readJws(token);
    if (!jws || !isDeviceToken(jws, wallClock() / 1000)) return undefined;
    const { sub: accountSid } = jws.payload;
    const { kid: credential } = jws.header;
    // A text that is made of something else may be none.
    if (typeof accountSid !== "string" || typeof credential !== "string" || !isSid.test(accountSid)) return undefined;
    const factor = await factors.find({ accountSid, serviceSid, credential }, clock());
    if (factor?.factorType !== "push" || !factor.credential) return undefined;
    if (!jws.isSignedBy(factor.credential.publicKey)) return undefined;
    const { sid: factorSid, identity } = factor;
    return principalOf(accountSid, factorSid, { serviceSid: factor.serviceSid, identity, factorSid });
  }

  async function byAccessToken(token: string, serviceSid: string | undefined): Promise<Principal | undefined> {
    const sid = accessTokens.sidIn(token);
    // Where no service is named there is nothing that it could reach.
    if (sid && serviceSid === undefined) return principalOf("", sid, undefined);
    const found = sid && serviceSid && (await accessTokens.fetch(serviceSid, sid, clock()));
    if (!found) return undefined;
    return principalOf(found.accountSid, sid, { serviceSid, identity: found.identity, accessTokenSid: sid });
  }
}

/** The members of a device token, and for how long it may be good: SDKs make it for ten minutes. */
const [contentType, lifetimeSeconds, skewSeconds] = ["twilio-pba;v=1", 660, 60];

function isDeviceToken(
  { header, payload: { nbf, exp } }: NonNullable<ReturnType<typeof readJws>>,
  now: number,
): boolean {
  if (header.cty !== contentType || typeof nbf !== "number" || typeof exp !== "number") return false;
  return nbf <= now + skewSeconds && exp > now - skewSeconds && exp - nbf <= lifetimeSeconds;
}

function principalOf(accountSid: string, actor: string, device: Device | undefined): Principal {
  return { kind: "device", accountSid, actor, scopes: new Set(), ...(device && { device }) };
}

/** Whether whoever asks may reach what is of a factor: an account all of its own, and a device what is of its own factor. */
export function mayReach({ kind, device }: Principal, identity: string, factorSid?: string): boolean {
  if (kind !== "device") return true;
  const isOwn = device && "factorSid" in device && (factorSid === undefined || device.factorSid === factorSid);
  return isOwn === true && device?.identity === identity;
}

/** Why a device may not make a factor, which an access token may be for another of; an account may. */
export function notEnrolling({ kind, device }: Principal, identity: string, factorType: string) {
  if (kind !== "device") return undefined;
  if (!device || !("accessTokenSid" in device)) return notOwn;
  return device.identity === identity && factorType === "push" ? undefined : refused(60313);
}

/** What a device is told of all that is not its own, whether there is such a thing or not. */
export const notOwn = refused(20403, { details: { device: "not_own" } });
