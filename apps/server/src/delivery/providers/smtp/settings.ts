import { isIP } from "node:net";

/** How a mail server is spoken to, read from its URL. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte; else by STARTTLS. */
  isImplicitTls: boolean;
  /** Whether it may go on in clear where the server offers no STARTTLS: only with `tls=optional`. */
  isTlsOptional: boolean;
  auth: { user: string; pass: string } | undefined;
  /** The address that messages come from. */
  from: string;
  /** The name beside it. */
  fromName: string | undefined;
  connectionsMax: number;
}

const names = ["from", "name", "pool", "tls"];

/**
 * Reads `smtp://user:password@host:587?from=codes@example.com` (STARTTLS, which is required), or `smtps://…:465` (TLS from the
 * first byte). `name=` is shown beside the address, `pool=` is the number of connections, and `tls=optional` lets a server
 * without TLS pass.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readSmtpSettings(url: URL): SmtpSettings {
  const isImplicitTls = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new Error("the host is missing");
  if (url.pathname !== "" && url.pathname !== "/") throw new Error("an address of a mail server has no path");
  const unknown = [...url.searchParams.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`the query knows ${names.join(", ")}, and nothing else`);
  const [from = "", fromName, pool = "5", tls = "required"] = names.map((name) => single(url, name));
  if (!isAddress(from)) throw new Error("from= must be an e-mail address, as in ?from=codes@example.com");
  if (fromName !== undefined && (fromName.length > 64 || /\p{Cc}/u.test(fromName))) {
    throw new Error("name= must be one line of at most 64 characters");
  }
  if (!/^[1-9]\d?$/.test(pool)) throw new Error("pool= must be a number of connections from 1 to 99");
  if (tls !== "required" && tls !== "optional") throw new Error("tls= must be required or optional");
  if (isImplicitTls && tls === "optional") throw new Error("tls=optional is for smtp:, not for smtps:");
  return {
    host,
    port: Number(url.port || (isImplicitTls ? 465 : 587)),
    isImplicitTls,
    isTlsOptional: tls === "optional",
    auth: authOf(url),
    from,
    fromName,
    connectionsMax: Number(pool),
  };
}

/** Whether SNI may name it: RFC 6066, section 3. */
export function isName(host: string): boolean {
  return isIP(host) === 0;
}

function single(url: URL, name: string): string | undefined {
  const values = url.searchParams.getAll(name);
  if (values.length > 1) throw new Error(`${name}= stands there more than once`);
  return values[0];
}

function isAddress(text: string): boolean {
  return text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]+(\.[a-z\d-]+)*$/i.test(text);
}

function authOf({ username, password }: URL): SmtpSettings["auth"] {
  if (username === "" && password === "") return undefined;
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    throw new Error("user and password must be percent-encoded");
  }
}
