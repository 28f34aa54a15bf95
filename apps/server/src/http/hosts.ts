/** Whether a host's name, without its port, can only be this machine's: no record of a DNS server makes it another's. */
export function isLoopbackHost(name: string): boolean {
  return /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(name);
}

/** The name in a Host header, in lower case and without the port. */
export function hostName(header = ""): string {
  return header.toLowerCase().replace(/:\d*$/, "");
}
