import { createHmac } from "node:crypto";

/**
 * The code that an authenticator app shows, once it has read an `otpauth://totp/…` address, such as the
 * `binding.uri` of a new factor. What the address leaves out is as apps have it: SHA1, 6 digits, 30 seconds.
 *
 * @param uri The address in the QR code, of any server.
 * @param at The time that the app goes by; now, when it is left out.
 * @returns the digits, with the noughts at the front.
 * @throws TypeError when an app could make nothing of the address, with the part that is wrong; never with the secret.
 * @see RFC 6238, and RFC 4226 5.3 for the digits
 */
export function totp(uri: string, at: Date = new Date()): string {
  const { secret, algorithm, digits, period } = read(uri);
  const seconds = at.getTime() / 1000;
  if (!(seconds >= 0)) throw new TypeError("A code has a time, which is none before 1970.");
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / period)));
  const mac = createHmac(algorithm, secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number).padStart(10, "0").slice(-digits);
}

function read(uri: string) {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== "otpauth:") throw new TypeError("An authenticator app reads addresses of otpauth:// alone.");
  const type = url.host.toLowerCase();
  if (type !== "totp")
    throw new TypeError(`otpauth://${type} has no codes that go by the time, as otpauth://totp has.`);
  const value = (name: string) => url.searchParams.get(name) || undefined;
  return {
    secret: bytesOf(value("secret")),
    algorithm: hashOf(value("algorithm") ?? "SHA1"),
    digits: numberOf("digits", value("digits") ?? "6", 10),
    period: numberOf("period", value("period") ?? "30", 86_400),
  };
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 as people copy it: in small letters, in groups, with or without the padding of RFC 4648. */
function bytesOf(text = ""): Buffer {
  const letters = text.replace(/[\s-]|=+$/g, "");
  if (letters === "") throw new TypeError("The address has no secret. Was a # in its label left as it is?");
  if (!/^[a-z2-7]{2,}$/i.test(letters))
    throw new TypeError("The secret of the address is not Base32: A to Z and 2 to 7.");
  const bits = Array.from(letters.toUpperCase(), (letter) =>
    alphabet.indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function hashOf(name: string): string {
  const hash = /^(?:hmac)?-?(sha-?(?:1|256|512))$/i.exec(name)?.[1]?.replace("-", "").toLowerCase();
  if (!hash) throw new TypeError(`The algorithm ${name} of the address is none of SHA1, SHA256 and SHA512.`);
  return hash;
}

function numberOf(name: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > max) throw new TypeError(`The address has ${name}=${text}, which is not 1 to ${max}.`);
  return number;
}
