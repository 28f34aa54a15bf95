import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomInt,
  timingSafeEqual,
} from "node:crypto";
import { randomPart } from "../kernel/random.ts";
import type { CodeBinding, SealedCode } from "./verification.ts";

/** Makes, seals and compares codes, under secrets that are not in the database. */
export interface CodeVault {
  /** A uniformly random code of digits, leading zeros included. */
  newCode(length: number): string;
  /** Seals a code for what it is bound to; under the newest secret. */
  seal(code: string, binding: CodeBinding): SealedCode;
  /** Whether there is the secret that sealed it. */
  knows(sealed: SealedCode): boolean;
  /** Whether it is the sealed code, bound to just that. Takes the same time whatever differs. */
  matches(code: string, sealed: SealedCode, binding: CodeBinding): boolean;
  /** The code again, for a re-send. Throws for what was altered, and where the secret is not known. */
  open(sealed: SealedCode, binding: CodeBinding): string;
  /** A hash that only whoever has the newest secret can make: the same for the same text. */
  hashValue(text: string): string;
  /** The same under every secret, the newest first: by the others is found what was hashed before. */
  hashValues(text: string): string[];
  sealText(text: string): string;
  /** The same under the newest secret; unchanged when that sealed it. Nothing when its secret is gone. */
  resealText(sealed: string): string | undefined;
  /** Nothing for what was made up or altered, or sealed under a secret that is gone. */
  openText(sealed: string): string | undefined;
}

/**
 * A vault on AES-256-GCM and HMAC-SHA-256.
 * @param previous what was sealed under it can still be opened, and is checked as before, so that a secret can be replaced
 * while codes are alive
 */
export function createVault(secret: string, previous?: string): CodeVault {
  const secrets = previous === undefined ? [secret] : [secret, previous];
  const keys = new Map(secrets.map((each) => [keyIdOf(each), deriveKeys(each)]));
  const newest = keyIdOf(secret);
  const sealText = (text: string) => `${newest}.${encrypt(keysOf(keys, newest).sealing, text, "text")}`;
  const openText = (sealed: string) => {
    const [id = "", text = ""] = sealed.split(".", 2);
    try {
      return decrypt(keysOf(keys, id).sealing, text, "text");
    } catch {
      return undefined;
    }
  };
  return {
    newCode: (length) => String(randomInt(10 ** length)).padStart(length, "0"),
    seal(code, binding) {
      const { sealing, mac } = keysOf(keys, newest);
      return {
        mac: macOf(mac, code, binding),
        sealed: encrypt(sealing, code, context(binding)),
        keyId: newest,
        length: code.length,
      };
    },
    knows: ({ keyId }) => keys.has(keyId),
    matches(code, sealed, binding) {
      const key = keys.get(sealed.keyId)?.mac;
      return key !== undefined && timingSafeEqual(Buffer.from(macOf(key, code, binding)), Buffer.from(sealed.mac));
    },
    open: (sealed, binding) => decrypt(keysOf(keys, sealed.keyId).sealing, sealed.sealed, context(binding)),
    hashValue: (text) => hashUnder(keysOf(keys, newest), text),
    hashValues: (text) => Array.from(keys.values(), (each) => hashUnder(each, text)),
    sealText,
    openText,
    resealText(sealed) {
      if (sealed.startsWith(`${newest}.`)) return sealed;
      const text = openText(sealed);
      return text === undefined ? undefined : sealText(text);
    },
  };
}

/**
 * What tells of people in a database: recipients are named there by keyed hashes, and stand sealed under the key of the
 * day. Once that key is erased nothing can be read any more that was sealed under it, wherever copies of it lie.
 */
export interface DayKeys {
  /** Whether the key of that time is known. */
  covers(at: number): boolean;
  /** The same for the same text, always. */
  hash(text: string): string;
  seal(text: string, at: number): string;
  /** Seals what stays until somebody deletes it. */
  sealKept(text: string): string;
  /** The text; undefined once its key is erased. What was stored before there were such keys stands as it is. */
  open(sealed: string): string | undefined;
}

/** The days of the keys that are never erased: with one the hashes are made, and the other seals what is kept. */
export const [dayOfHashes, dayOfKept] = [-1, -2];
export const dayOf = (at: number): number => Math.floor(at / 86_400_000);

export function createDayKeys() {
  const keys = new Map<string, KeyObject>();
  const ids = new Map<number, string>();
  const sealUnder = (id: string, text: string) => `~${id}.${encrypt(keysOf(keys, id), text, "person")}`;
  return {
    has: (day: number) => ids.has(day),
    add(day: number, bytes: Buffer): void {
      const id = createHmac("sha256", bytes).update("key id").digest("base64url").slice(0, 8);
      if (!keys.has(id)) keys.set(id, createSecretKey(bytes));
      if (!ids.has(day)) ids.set(day, id);
    },
    /** Forgets every key but those of some days. */
    keep(isKept: (day: number) => boolean): void {
      for (const [day, id] of ids) if (!isKept(day) && ids.delete(day)) keys.delete(id);
    },
    covers: (at) => ids.has(dayOf(at)),
    hash: (text) =>
      createHmac("sha256", keysOf(keys, ids.get(dayOfHashes) ?? ""))
        .update(text)
        .digest("base64url"),
    seal(text, at) {
      // A clock that was set while it was read: the next best key is good.
      return sealUnder(ids.get(dayOf(at)) ?? ids.get(Math.max(...ids.keys())) ?? "", text);
    },
    sealKept: (text) => sealUnder(ids.get(dayOfKept) ?? "", text),
    open(sealed) {
      if (!sealed.startsWith("~")) return sealed;
      const [id = "", text = ""] = sealed.slice(1).split(".", 2);
      const key = keys.get(id);
      return key && decrypt(key, text, "person");
    },
  } satisfies DayKeys & Record<string, unknown>;
}

/**
 * The same keys for one piece of work, which hash and seal each recipient once, however many rows name him. What they
 * remember is gone once they are told to forget it.
 */
export function rememberingKeys(keys: DayKeys): DayKeys & { forget(): void } {
  const hashes = new Map<string, string>();
  const seals = new Map<string, string>();
  return {
    ...keys,
    hash(text) {
      const known = hashes.get(text) ?? keys.hash(text);
      hashes.set(text, known);
      return known;
    },
    seal(text, at) {
      const name = `${dayOf(at)} ${text}`;
      const known = seals.get(name) ?? keys.seal(text, at);
      seals.set(name, known);
      return known;
    },
    forget() {
      hashes.clear();
      seals.clear();
    },
  };
}

/** A name for a secret that is the same in every process, and tells nothing of it. */
function keyIdOf(secret: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "countersign", "key id", 6)).toString("base64url");
}

/** Key objects: bytes are made into a key again at each use, which takes newer Nodes longer than the use itself. */
interface Keys {
  sealing: KeyObject;
  mac: KeyObject;
  hashing: KeyObject;
}

/** One secret never serves two algorithms: each key is derived for its purpose (RFC 5869). */
function deriveKeys(secret: string): Keys {
  const derive = (purpose: string) =>
    createSecretKey(Buffer.from(hkdfSync("sha256", secret, "countersign", purpose, 32)));
  return { sealing: derive("seal"), mac: derive("code mac"), hashing: derive("value hash") };
}

function keysOf<Kind>(keys: Map<string, Kind>, id: string): Kind {
  const found = keys.get(id);
  if (!found) throw new Error(`No secret has the id ${id}; it was removed while something sealed under it is alive.`);
  return found;
}

function hashUnder({ hashing }: Keys, text: string): string {
  return createHmac("sha256", hashing).update(text).digest("base64url");
}

/** Everything that a code is bound to goes into the MAC, so that none of it can be swapped. */
function macOf(key: KeyObject, code: string, binding: CodeBinding): string {
  return createHmac("sha256", key)
    .update(context(binding) + code)
    .digest("base64url");
}

function context({ serviceSid, recipient, amount, payee }: CodeBinding): string {
  return JSON.stringify([serviceSid, recipient, amount, payee]);
}

const nonceBytes = 12;
const tagBytes = 16;

function encrypt(key: KeyObject, text: string, aad: string): string {
  const nonce = randomPart(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(aad));
  const encrypted = cipher.update(text, "utf8");
  const rest = cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted, rest]).toString("base64url");
}

function decrypt(key: KeyObject, sealed: string, aad: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(aad))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
}
