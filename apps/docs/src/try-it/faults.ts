/**
 * What is wrong with what was typed into a field of a form, so that it could not be sent as it stands there.
 * @param name as the form has it, `server.address`
 * @returns nothing where nothing is
 */
export function faultOf(name: string, value: string): string | undefined {
  if (name === "server.address") return faultOfAddress(value.trim());
  if (name === "server.user" && value.includes(":")) return "A name with a colon would be cut there.";
  if (name === "server.key" && !/^[ -~]*$/.test(value))
    return "A header takes letters, digits and signs of ASCII alone.";
  if (name.startsWith("path.") && /^\.\.?$/.test(value)) return "In a path this would not be a value, but a step.";
  return undefined;
}

/** Where the paths of the document begin, at the address that {@link faultOf} finds nothing wrong with. */
export function baseOf(address: string): string {
  const { origin, pathname } = new URL(address.trim());
  return origin + pathname.replace(/\/+$/, "");
}

/** Whether a page's policy lets it call this host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1";
}

function faultOfAddress(address: string): string | undefined {
  const like = "as in http://localhost:4010";
  if (/^https:/i.test(address)) return `This page calls http alone, ${like}.`;
  if (!/^http:\/\/[^/]/i.test(address)) return `An address begins with http:// and a host, ${like}.`;
  if (!URL.canParse(address)) return `This is no address: it has a host, a port and perhaps a path, ${like}.`;
  const { hostname, username, password } = new URL(address);
  if (username || password) return "Name and password have fields of their own.";
  if (!isLoopback(hostname)) return `This page calls localhost and 127.0.0.1 alone, and not ${hostname}.`;
  if (/[?#]/.test(address)) return "Leave out ? and #, and what follows them.";
  return undefined;
}
