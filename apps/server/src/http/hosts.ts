import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** Whether a host's name, without its port, can only be this machine's: no record of a DNS server makes it another's. */
export function isLoopbackHost(name: string): boolean {
  return /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(name);
}

/** The name in a Host header, in lower case and without the port. */
export function hostName(header = ""): string {
  return header.toLowerCase().replace(/:\d*$/, "");
}

/** Names without a dot, as in a network of containers, and that of the machine that a container runs on. */
const ofNeighbours = /^([\w-]+|host\.docker\.internal)$/;

/**
 * Makes the function that tells whether a request may name its host so, where every page on the net is a stranger: by an
 * address, by a name that no DNS server on the net has an answer for, or by one that whoever runs it chose. With any other
 * name its owner could lead browsers here, and his page would be taken for one of this host's.
 * @param certificate with which it speaks HTTPS: for another name no browser takes it
 */
export function createHostCheck(publicUrl: string | undefined, certificate: string | undefined) {
  const own = publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl).hostname : undefined;
  const proof = certificate === undefined ? undefined : new X509Certificate(certificate);
  return (given: string): boolean => {
    const name = given.replace(/(?<=.)\.$/, "");
    const isAddress = isIP(name) === 4 || isIP(/^\[(.*)\]$/.exec(name)?.[1] ?? "") === 6;
    const isNear = isLoopbackHost(name) || ofNeighbours.test(name);
    return isAddress || isNear || name === own || (proof?.checkHost(name) !== undefined && name !== "");
  };
}
