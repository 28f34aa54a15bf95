import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import { everyScope } from "../kernel/handler.ts";
import type { Authenticator } from "./v2-operation.ts";

/** By a sid and its secret. @param accountOf tells whose they are */
export function byAccount(accountOf: (sid: string, secret: string) => Promise<string | undefined>): Authenticator {
  return async ({ authorization }) => {
    const credentials = credentialsOf(authorization);
    const accountSid = credentials && (await accountOf(credentials.user, credentials.secret));
    return accountSid === undefined
      ? undefined
      : { kind: "account", accountSid, actor: credentials?.user ?? "", scopes: everyScope };
  };
}

/** By a signature over the body. @param signerOf tells which gateway made it */
export function byGateway(signerOf: (headers: IncomingHttpHeaders, body: Buffer) => string | undefined): Authenticator {
  const authenticate: Authenticator = (headers, body) => {
    const actor = signerOf(headers, body);
    return actor === undefined ? undefined : { kind: "gateway", accountSid: "", actor, scopes: everyScope };
  };
  return Object.assign(authenticate, { isOverBody: true });
}

const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const accountUser = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
/** RFC 7617 allows no control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const userAndPassword = /^([^:\0-\x1f\x7f]+):([^\0-\x1f\x7f]+)$/;

/**
 * A user and a secret, as HTTP basic authentication carries them (RFC 7617).
 * @param user what the user's name has to be.
 * @returns undefined when the header is missing, or cannot be anybody's.
 */
export function credentialsOf(header: string | undefined, user = accountUser) {
  const encoded = header === undefined ? undefined : basic.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  if (!isUtf8(bytes)) return undefined;
  const [, name, secret] = userAndPassword.exec(bytes.toString()) ?? [];
  return name === undefined || secret === undefined || !user.test(name) ? undefined : { user: name, secret };
}
