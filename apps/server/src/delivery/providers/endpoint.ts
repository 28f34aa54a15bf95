import { isIP } from "node:net";

/** The host and the port that a provider's URL names. @throws Error with one line that says what is wrong */
export function endpointOf(url: URL, portStandard: number): { host: string; port: number } {
  // An address of IPv6 stands in brackets there.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new Error("the address has no host");
  return { host, port: Number(url.port || portStandard) };
}

/** @throws Error where a URL goes on, beside its query, after host and port */
export function refusePath({ pathname, hash }: URL): void {
  if (pathname.replace("/", "") !== "" || hash !== "") throw new Error("the address must end after the port");
}

/** What a URL says of a user. @throws Error with one line that says what is wrong */
export function credentialsOf({ username, password }: URL): { user: string; pass: string } | undefined {
  if (username === "" && password === "") return undefined;
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    throw new Error("user and password must be percent-encoded");
  }
}

/** What TLS to a host is told: its name, if it has one (RFC 6066, section 3), and whom to trust. */
export function tlsOptions(host: string, ca: string | undefined): { servername?: string; ca?: string } {
  return { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) };
}
