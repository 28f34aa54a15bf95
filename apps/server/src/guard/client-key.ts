import ipaddr from "ipaddr.js";

/**
 * What a client's address is counted under: an IPv4 address whole, also where it is written as IPv6; of an IPv6 address
 * its /64, all of which one client can use.
 * @param address IPv4 or IPv6, as the document's formats let it through
 */
export function clientKey(address: string): string {
  const parsed = ipaddr.process(address.split("%")[0] ?? address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
