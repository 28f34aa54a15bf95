import { isUtf8 } from "node:buffer";

/** A sid and its secret, as HTTP basic authentication carries them (RFC 7617). */
export interface Credentials {
  sid: string;
  secret: string;
}

const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
/** RFC 7617 allows no control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const userAndPassword = /^([A-Z]{2}[0-9a-fA-F]{32}):([^\0-\x1f\x7f]+)$/;

/** Reads an Authorization header; undefined when it is missing, or cannot be anybody's. */
export function credentialsOf(header: string | undefined): Credentials | undefined {
  const encoded = header === undefined ? undefined : basic.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  if (!isUtf8(bytes)) return undefined;
  const [, sid, secret] = userAndPassword.exec(bytes.toString()) ?? [];
  return sid === undefined || secret === undefined ? undefined : { sid, secret };
}
