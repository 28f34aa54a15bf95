/** Writes what an authenticator says: whole numbers, bytes, texts and maps (RFC 8949, definite lengths). */
export function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (!(value instanceof Map)) throw new TypeError("An authenticator says nothing of that kind.");
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, part]) => [cbor(key), cbor(part)])]);
}

export function textOf(bytes: Buffer): string {
  return bytes.toString("base64url");
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text, "base64url");
}

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  return Buffer.from(argument < 256 ? [type | 24, argument] : [type | 25, argument >> 8, argument & 255]);
}
