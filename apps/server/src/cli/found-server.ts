import { baseUrl, type Env, type Kind, port } from "../kernel/setting.ts";

/** A server, and what says that it is there: an option, a variable of the environment, or nothing. */
export interface FoundServer {
  /** Without a slash at its end. */
  server: string;
  foundBy?: string | undefined;
}

/** What an address of a server is refused with. */
export const mustBeAddress = "an address as http://127.0.0.1:4010";

/** The address of a server without its slashes at the end; undefined for what is none. */
export function serverOf(text: string): string | undefined {
  return baseUrl.read(text)?.replace(/\/+$/, "");
}

/** The port of the sandbox, which commands beside it have in their environment as well. */
const ofPort: Kind<string> = {
  must: "must be a port number from 1 to 65535",
  read: (text) => (port.read(text) ? `http://127.0.0.1:${Number(text)}` : undefined),
};
const ofUrl: Kind<string> = { must: `must be ${mustBeAddress}`, read: serverOf };

/** What is asked. The second one is what the first was called before. */
const urls = { COUNTERSIGN_URL: ofUrl, COUNTERSIGN_SERVER: ofUrl };

/**
 * Finds the server that nobody has named.
 * @throws Error with one line, when a variable that says it says no address, or two say different ones; what they say is
 * not repeated, since that may have a password
 */
export function findServer(env: Env): FoundServer {
  const [first, second] = serversIn(env, urls);
  if (second && first?.server !== second.server) {
    throw new Error(`${first?.foundBy} and ${second.foundBy} name different servers. Unset one of them.`);
  }
  // The port is that of another program where the server has been named.
  return first ?? serversIn(env, { PORT: ofPort })[0] ?? { server: "http://127.0.0.1:4010" };
}

function serversIn(env: Env, variables: Record<string, Kind<string>>): FoundServer[] {
  return Object.entries(variables).flatMap(([foundBy, { must, read }]) => {
    const text = env[foundBy];
    if (text === undefined) return [];
    const server = read(text);
    if (server === undefined) throw new Error(`${foundBy} ${must}.`);
    return [{ server, foundBy }];
  });
}

const another = "name another server by --server or COUNTERSIGN_URL.";

/** Why somebody was asked who does not answer, and what to do about it. @param remedy what helps, where that is known */
export function adviceOnSilence({ server, foundBy }: FoundServer, remedy?: string): string {
  const start = startOf(new URL(server), foundBy);
  const there = start ? `Start a sandbox there with "${start}"` : "Look whether it runs";
  return `${saysWho(foundBy)} ${remedy ?? there}, or ${another}`;
}

/** The same of somebody else who answers. Whoever named it knows why. */
export function adviceOnStranger({ foundBy }: FoundServer): string {
  return foundBy === "--server" ? "" : ` ${saysWho(foundBy)} If that is another program, ${another}`;
}

function saysWho(foundBy: string | undefined): string {
  return foundBy === undefined ? "It is asked where nothing says otherwise." : `${foundBy} says to ask it.`;
}

/** The command that starts a sandbox there, if it is on this machine, and is no path of another program. */
function startOf({ protocol, hostname, port, pathname }: URL, foundBy: string | undefined): string | undefined {
  if (protocol !== "http:" || pathname !== "/" || !["127.0.0.1", "[::1]", "localhost"].includes(hostname))
    return undefined;
  const knows = foundBy === undefined || foundBy === "PORT";
  return `countersign sandbox${knows ? "" : ` --port ${port || 80}`}`;
}
