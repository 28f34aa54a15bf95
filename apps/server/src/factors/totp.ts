import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How the codes of an authenticator app are made (RFC 6238). */
export interface TotpConfig {
  alg: "sha1" | "sha256" | "sha512";
  /** How many steps before and after the present one are accepted too. */
  skew: number;
  codeLength: number;
  /** In seconds. */
  timeStep: number;
}

/** The code of a step (RFC 4226, section 5.3). */
export function codeAt(
  secret: Buffer,
  step: number,
  { alg, codeLength }: Pick<TotpConfig, "alg" | "codeLength">,
): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(alg, secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** codeLength).padStart(codeLength, "0");
}

/** The step of a time in milliseconds. */
export function stepAt(now: number, { timeStep }: Pick<TotpConfig, "timeStep">): number {
  return Math.floor(now / 1000 / timeStep);
}

/**
 * The step that a code is of, of those allowed around the present one: that first, then the nearest. All are computed and
 * compared, so that the time that it takes tells nothing.
 * @param isUsed whether a step is not to be used any more
 */
export function stepOf(
  code: string,
  {
    secret,
    config,
    now,
    isUsed,
  }: { secret: Buffer; config: TotpConfig; now: number; isUsed: (step: number) => boolean },
): number | undefined {
  const given = Buffer.from(code);
  const away = Array.from({ length: config.skew }, (_, index) => [-index - 1, index + 1]).flat();
  const steps = [0, ...away].map((each) => stepAt(now, config) + each).filter((step) => step >= 0);
  const matching = steps.filter((step) => {
    const right = Buffer.from(codeAt(secret, step, config));
    const isRight = right.length === given.length && timingSafeEqual(right, given);
    return isRight && !isUsed(step);
  });
  return matching[0];
}

/** What an authenticator app reads from a QR code, to the letter as the hosted service writes it. */
export function uriOf(
  issuer: string,
  label: string,
  secret: Buffer,
  { alg, codeLength, timeStep }: TotpConfig,
): string {
  const [by, of] = [encodeURIComponent(issuer), encodeURIComponent(label)];
  const key = `secret=${toBase32(secret)}&issuer=${by}`;
  return `otpauth://totp/${by}:${of}?${key}&algorithm=${alg.toUpperCase()}&digits=${codeLength}&period=${timeStep}`;
}

/** As long as what the algorithm gives, which RFC 4226 recommends. */
export function newSecret(alg: TotpConfig["alg"]): Buffer {
  return randomBytes({ sha1: 20, sha256: 32, sha512: 64 }[alg]);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648) without padding, as apps take it. */
export function toBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.replace(/.{1,5}/g, (five) => alphabet.charAt(Number.parseInt(five.padEnd(5, "0"), 2)));
}

/**
 * A secret as people copy it: in either case, with blanks and padding. Undefined for what is no Base32, a length that no
 * bytes have included, which apps read in different ways.
 */
export function fromBase32(text: string): Buffer | undefined {
  const letters = text.replaceAll(" ", "").replace(/=*$/, "");
  if (!/^[A-Za-z2-7]+$/.test(letters) || [1, 3, 6].includes(letters.length % 8)) return undefined;
  const bits = letters.toUpperCase().replace(/./g, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
