import { createHash } from "node:crypto";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { PasskeysConfig, PasskeysCredential } from "../factors/passkeys-factor.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { base64Url, type Said } from "./said.ts";

/** By what a browser's answer is judged. */
export interface Expected {
  relyingPartyId: string;
  origins: readonly string[];
  userVerification: PasskeysConfig["userVerification"];
}

export interface Registration extends Said {
  attestationObject: string;
  transports: string[];
}

export interface Login extends Said {
  authenticatorData: string;
  signature: string;
}

/** ES256 and RS256, by COSE's numbers. */
export const algorithms = [-7, -257];

/** It takes longer to read than all else of the program, and most processes never see a passkey. */
const library = () => Promise.all([import("@simplewebauthn/server"), import("@simplewebauthn/server/helpers")]);

/** The library throws whatever it meets in hostile bytes. Its texts stay here: which step it failed at is what is told. */
async function attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Whether a browser has made a passkey, as it was asked to; the passkey, if it has. */
export async function verifyRegistration(
  said: Registration,
  expected: Expected,
): Promise<Outcome<PasskeysCredential, 60375 | 60379 | 60380 | 60382 | 60385 | 60386 | 60387>> {
  if (!isFrom(said, expected)) return refused(60380, { details: { member: "clientDataJSON.origin" } });
  const [webauthn, helpers] = await library();
  const statement = await attempt(() => {
    const object = helpers.decodeAttestationObject(bytesOf(said.attestationObject));
    const [authData, format] = [object.get("authData"), object.get("fmt")];
    const isOwn = format === "none" || (format === "packed" && !object.get("attStmt").get("x5c"));
    return authData instanceof Uint8Array ? { authData, isOwn } : undefined;
  });
  if (!statement) return refused(60386);
  const { authData, isOwn } = statement;
  if (authData.length < 37) return refused(60379);
  const data = await attempt(() => helpers.parseAuthenticatorData(authData));
  if (!data?.aaguid || !data.credentialPublicKey || !data.credentialID?.length) return refused(60387);
  if (data.credentialID.length > idBytesMax) return refused(60387);
  const fault = dataFault(data, expected);
  if (fault) return refused(fault);
  const { credentialPublicKey: key, credentialID, counter } = data;
  if (Buffer.from(credentialID).toString("base64url") !== said.id) return refused(60375);
  // Nothing is verified by it: a key that cannot be used at all is told here, and not at the first login.
  const algorithm = await attempt(async () => {
    await helpers.verifySignature({ signature: noSignature, data: authData, credentialPublicKey: key });
    return helpers.decodeCredentialPublicKey(key).get(helpers.cose.COSEKEYS.alg);
  });
  if (!algorithms.includes(algorithm ?? 0)) return refused(60385);
  // No certificate is trusted, and the library would call addresses that it finds in one.
  const plain = new Map<string, string | Uint8Array | Map<string, never>>([
    ["fmt", "none"],
    ["attStmt", new Map<string, never>()],
    ["authData", authData],
  ]);
  const attestationObject = isOwn
    ? said.attestationObject
    : Buffer.from(helpers.isoCBOR.encode(plain)).toString("base64url");
  const response = { ...responseOf(said), response: { clientDataJSON: said.clientDataJSON, attestationObject } };
  const verified = await attempt(() =>
    webauthn.verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      ...expectations(said, expected),
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified?.verified) return refused(60386);
  const publicKey = Buffer.from(key).toString("base64url");
  return accepted({ id: said.id, publicKey, counter, transports: said.transports });
}

/** Whether a browser has logged in by a passkey; the count of its logins, if it has. */
export async function verifyLogin(
  said: Login,
  expected: Expected,
  credential: Pick<PasskeysCredential, "id" | "publicKey">,
): Promise<Outcome<number, 60379 | 60380 | 60381 | 60382>> {
  if (!isFrom(said, expected)) return refused(60380, { details: { member: "clientDataJSON.origin" } });
  const [webauthn, helpers] = await library();
  const data = await attempt(() => helpers.parseAuthenticatorData(bytesOf(said.authenticatorData)));
  if (!data) return refused(60379);
  const fault = dataFault(data, expected);
  if (fault) return refused(fault);
  const { authenticatorData, clientDataJSON, signature } = said;
  const response = { ...responseOf(said), response: { authenticatorData, clientDataJSON, signature } };
  const verified = await attempt(() =>
    webauthn.verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      ...expectations(said, expected),
      // The count is compared where it is written: until then another login may have changed it.
      credential: { id: credential.id, publicKey: bytesOf(credential.publicKey), counter: -1 },
    }),
  );
  return verified?.verified ? accepted(verified.authenticationInfo.newCounter) : refused(60381);
}

/** A frame in another site's page is no page of the relying party. */
function isFrom({ clientData }: Said, { origins }: Expected): boolean {
  const isFramed = clientData.crossOrigin === true || clientData.topOrigin !== undefined;
  return origins.includes(clientData.origin) && !isFramed;
}

interface AuthenticatorData {
  rpIdHash: Uint8Array;
  flags: { up: boolean; uv: boolean; be: boolean; bs: boolean };
}

function dataFault(
  { rpIdHash, flags: { up, uv, be, bs } }: AuthenticatorData,
  { relyingPartyId, userVerification }: Expected,
): 60379 | 60382 | undefined {
  if (!createHash("sha256").update(relyingPartyId).digest().equals(rpIdHash)) return 60382;
  const isLacking = !up || (userVerification === "required" && !uv);
  // Only what may be backed up is.
  return isLacking || (bs && !be) ? 60379 : undefined;
}

function responseOf({ id }: Said) {
  return { id, rawId: id, type: "public-key", clientExtensionResults: {} } as const;
}

function expectations({ clientData }: Said, { relyingPartyId, origins, userVerification }: Expected) {
  return {
    // That it is the right one was told by what it was found by.
    expectedChallenge: clientData.challenge,
    expectedOrigin: [...origins],
    expectedRPID: relyingPartyId,
    requireUserVerification: userVerification === "required",
  };
}

/** WebAuthn, section 7.1. */
const idBytesMax = 1023;

/** ECDSA's shape, for which RSA asks nothing. */
const noSignature = new Uint8Array([0x30, 6, 2, 1, 1, 2, 1, 1]);

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64Url(text) ?? "", "base64url"));
}
