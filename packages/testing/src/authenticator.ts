import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bytesOf, cbor, textOf } from "./cbor.ts";

/** An authenticator and the browser that asks it, as `navigator.credentials` is to a page. */
export interface Authenticator {
  /**
   * Makes a passkey: what `navigator.credentials.create()` gives, as its `toJSON()` has it.
   *
   * @param options `options.publicKey` of a new factor of passkeys.
   * @param origin Of the page that asks, such as `https://example.com`.
   * @param wrong What it is to do otherwise than a right one.
   * @throws DOMException as a browser does: `InvalidStateError` when it has a passkey of `excludeCredentials`,
   *   `SecurityError` for the relying party of another page, `NotSupportedError` without ES256, and `NotAllowedError`.
   */
  create(options: CreationOptions, origin: string, wrong?: Wrong): RegistrationResult;
  /**
   * Logs in with a passkey: what `navigator.credentials.get()` gives, as its `toJSON()` has it.
   *
   * @param options `options.publicKey` of a challenge of passkeys.
   * @param origin Of the page that asks.
   * @param wrong What it is to do otherwise than a right one.
   * @throws DOMException as a browser does: `NotAllowedError` when it has no passkey that fits.
   */
  get(options: RequestOptions, origin: string, wrong?: Wrong): LoginResult;
  /** The passkeys that it has, the newest last. */
  readonly passkeys: readonly Passkey[];
}

export interface AuthenticatorOptions {
  /** Built into the device by default. */
  attachment?: "platform" | "cross-platform";
  /** Whether it asks the person for a PIN or a biometric, where it is asked to; it does by default. */
  verifiesUser?: boolean;
  /** Whether it keeps passkeys that log in without an identity; it does by default. */
  isDiscoverable?: boolean;
  /** Whether it counts its logins; it does by default, and passkeys that are synchronised have 0 for ever. */
  counts?: boolean;
  /** What it says of itself: nothing by default, or a statement signed by the new key. */
  attestation?: "none" | "packed";
}

/** What an answer has in place of what is right. */
export interface Wrong {
  /** Under what name a new passkey is, in Base64 for URLs. */
  id?: string;
  /** What the page's origin is said to be. */
  origin?: string;
  /** Whose passkey it is said to be. */
  rpId?: string;
  /** In Base64 for URLs. */
  challenge?: string;
  /** What the count of logins is said to be. */
  counter?: number;
  /** Made by another key, or no signature at all. */
  signature?: "another key" | "garbled";
  /** All of the byte: 1 is presence, 4 verification, 64 a key that is attested. */
  flags?: number;
}

export interface Passkey {
  /** In Base64 for URLs. */
  readonly id: string;
  readonly rpId: string;
  /** `user.id` of the one that it was made for, in Base64 for URLs. */
  readonly userHandle: string;
  readonly isDiscoverable: boolean;
  /** Of its logins. */
  readonly counter: number;
}

/** A passkey as the options of an answer name it. */
interface Named {
  id: string;
  type?: string;
  transports?: readonly string[];
}

/** `options.publicKey` of a new factor. */
export interface CreationOptions {
  rp: { id?: string; name: string };
  user: { id: string; name: string; displayName: string };
  challenge: string;
  pubKeyCredParams: readonly { type: string; alg: number }[];
  excludeCredentials?: readonly Named[];
  authenticatorSelection?: { authenticatorAttachment?: string; residentKey?: string; userVerification?: string };
}

/** `options.publicKey` of a challenge. */
export interface RequestOptions {
  challenge: string;
  rpId?: string;
  allowCredentials?: readonly Named[];
  userVerification?: string;
}

interface Result {
  id: string;
  rawId: string;
  type: "public-key";
  authenticatorAttachment: "platform" | "cross-platform";
  clientExtensionResults: Record<string, never>;
}

export interface RegistrationResult extends Result {
  response: {
    clientDataJSON: string;
    attestationObject: string;
    authenticatorData: string;
    publicKey: string;
    publicKeyAlgorithm: number;
    transports: string[];
  };
}

export interface LoginResult extends Result {
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
}

type Held = { -readonly [Field in keyof Passkey]: Passkey[Field] } & { privateKey: KeyObject };

const es256 = -7;
const flag = { present: 0x01, verified: 0x04, attested: 0x40 };

/** Makes an authenticator without passkeys, which keeps its keys in memory (WebAuthn level 3, ES256 alone). */
export function createAuthenticator({
  attachment = "platform",
  verifiesUser = true,
  isDiscoverable = true,
  counts = true,
  attestation = "none",
}: AuthenticatorOptions = {}): Authenticator {
  let held: Held[] = [];
  const transports = [attachment === "platform" ? "internal" : "usb"];
  const resultOf = ({ id }: Held) =>
    ({ id, rawId: id, type: "public-key", authenticatorAttachment: attachment, clientExtensionResults: {} }) as const;
  const flagsOf = (verification = "preferred") =>
    flag.present | (verifiesUser && verification !== "discouraged" ? flag.verified : 0);
  const needsMore = (verification?: string) => verification === "required" && !verifiesUser;

  return {
    get passkeys() {
      return held.map(({ privateKey: _, ...passkey }) => passkey);
    },

    create({ rp, user, challenge, pubKeyCredParams, ...options }, origin, wrong = {}) {
      const rpId = ownRpId(rp.id, origin);
      const { authenticatorAttachment, residentKey, userVerification } = options.authenticatorSelection ?? {};
      if (!pubKeyCredParams.some(({ alg }) => alg === es256)) throw refusal("NotSupportedError", "it signs with ES256");
      if (options.excludeCredentials?.some((named) => held.some(isNamed(named, rpId))))
        throw refusal("InvalidStateError", "it has a passkey of this account");
      const isOther = authenticatorAttachment !== undefined && authenticatorAttachment !== attachment;
      if (isOther || needsMore(userVerification) || (residentKey === "required" && !isDiscoverable))
        throw refusal("NotAllowedError", "it is not what is asked for");
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const passkey: Held = {
        id: wrong.id ?? textOf(randomBytes(32)),
        rpId,
        userHandle: user.id,
        isDiscoverable: isDiscoverable && residentKey !== "discouraged",
        counter: 0,
        privateKey,
      };
      // It has one discoverable passkey of an account, and no page can tell that an earlier one is gone.
      held = held.filter((other) => !(isSameAccount(other, passkey) && other.isDiscoverable && passkey.isDiscoverable));
      held.push(passkey);
      const flags = flagsOf(userVerification) | flag.attested;
      const authData = Buffer.concat([
        headOf({ rpId, flags, counter: 0, ...wrong }),
        Buffer.alloc(16),
        lengthOf(passkey.id),
        bytesOf(passkey.id),
        coseOf(publicKey),
      ]);
      const clientData = clientDataOf("webauthn.create", { challenge, origin, ...wrong });
      const sig = signed(passkey, authData, clientData, wrong);
      const attStmt = new Map(attestation === "packed" ? Object.entries({ alg: es256, sig }) : []);
      const attestationObject = cbor(new Map<string, unknown>(Object.entries({ fmt: attestation, attStmt, authData })));
      return {
        ...resultOf(passkey),
        response: {
          clientDataJSON: textOf(clientData),
          attestationObject: textOf(attestationObject),
          authenticatorData: textOf(authData),
          publicKey: textOf(publicKey.export({ type: "spki", format: "der" })),
          publicKeyAlgorithm: es256,
          transports,
        },
      };
    },

    get({ challenge, rpId: asked, allowCredentials = [], userVerification }, origin, wrong = {}) {
      const rpId = ownRpId(asked, origin);
      const fits = allowCredentials.map((named) => isNamed(named, rpId));
      const passkey = held.findLast((each) =>
        fits.length > 0 ? fits.some((isIt) => isIt(each)) : each.rpId === rpId && each.isDiscoverable,
      );
      if (!passkey || needsMore(userVerification)) throw refusal("NotAllowedError", "it has no passkey that fits");
      passkey.counter += counts ? 1 : 0;
      const authData = headOf({ rpId, flags: flagsOf(userVerification), counter: passkey.counter, ...wrong });
      const clientData = clientDataOf("webauthn.get", { challenge, origin, ...wrong });
      return {
        ...resultOf(passkey),
        response: {
          clientDataJSON: textOf(clientData),
          authenticatorData: textOf(authData),
          signature: textOf(signed(passkey, authData, clientData, wrong)),
          ...(passkey.isDiscoverable && { userHandle: passkey.userHandle }),
        },
      };
    },
  };
}

function lengthOf(id: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytesOf(id).length);
  return length;
}

/** A page asks for passkeys of its own host, or of a domain that this is in. */
function ownRpId(asked: string | undefined, origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : "";
  const rpId = asked ?? host;
  // An app's origin has no host, and the platform has asked the relying party whether it is one of its.
  if (host !== "" && host !== rpId && !host.endsWith(`.${rpId}`))
    throw refusal("SecurityError", `${origin} is no page of ${rpId}`);
  return rpId;
}

const isNamed = (named: Named, rpId: string) => (passkey: Held) => passkey.id === named.id && passkey.rpId === rpId;

function isSameAccount(one: Held, other: Held): boolean {
  return one.rpId === other.rpId && one.userHandle === other.userHandle;
}

function headOf({ rpId, flags, counter }: { rpId: string; flags: number; counter: number }): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt8(flags);
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(rpId), rest]);
}

function clientDataOf(type: string, { challenge, origin }: { challenge: string; origin: string }): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function signed({ privateKey }: Held, authData: Buffer, clientData: Buffer, { signature }: Wrong): Buffer {
  if (signature === "garbled") return Buffer.from("no signature");
  const key = signature ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey : privateKey;
  return sign("sha256", Buffer.concat([authData, sha256(clientData)]), key);
}

/** A key as COSE has it (RFC 9053, 7.1.1): EC2, ES256, P-256 and its two coordinates. */
function coseOf(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const parameters: [number, unknown][] = [
    [1, 2],
    [3, es256],
    [-1, 1],
    [-2, bytesOf(x)],
    [-3, bytesOf(y)],
  ];
  return cbor(new Map(parameters));
}

function sha256(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

function refusal(name: string, reason: string): DOMException {
  return new DOMException(`The authenticator refuses: ${reason}.`, name);
}
