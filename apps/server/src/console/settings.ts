import ipaddr from "ipaddr.js";
import {
  choice,
  type Env,
  hostAddress,
  type Kind,
  list,
  optional,
  origin,
  plain,
  port,
  readEnv,
  setting,
  text,
} from "../kernel/setting.ts";

/** Where operators look at the server in a browser. */
export interface ConsoleSettings {
  port: number;
  host: string;
  /** Where its pages and the docs lie; by default beside the program. */
  pages?: string;
  /** Where browsers find it, besides at names of this machine. */
  url: string | undefined;
  /** Who stands before it and says in a header who somebody is, if anybody does. */
  proxy: SigningInProxy | undefined;
  /** Whose word on where a request comes from is taken. */
  proxies: AddressRange[];
}

/** A proxy that signs people in, as by OpenID Connect, before it lets their requests through. */
export interface SigningInProxy {
  /** The header that names the person; in lower case. */
  header: string;
  /** What the header `Countersign-Proxy-Secret` has of every request that it passes on. */
  secret: string;
  accountSid: string;
  /** What persons may do, by their names in lower case; `*` for all others. */
  people: ReadonlyMap<string, ConsoleScope>;
}

export type ConsoleScope = "console:read" | "console:write";

type AddressRange = [ipaddr.IPv4 | ipaddr.IPv6, number];

const ranges = list("must be addresses or ranges with spaces between, as 10.0.0.5 fd00::/8", (word) => {
  const range = word.includes("/") ? word : `${word}/${word.includes(":") ? 128 : 32}`;
  return ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : undefined;
});

const consoleScope = choice<ConsoleScope>("console:read", "console:write");

const people: Kind<SigningInProxy["people"]> = {
  must: "must be as ann@example.com=console:write *=console:read, with spaces between",
  read(given) {
    const pairs = given.split(/\s+/).flatMap((word): [string, ConsoleScope | undefined][] => {
      const at = word.lastIndexOf("=");
      return word === "" ? [] : [[word.slice(0, at).toLowerCase(), consoleScope.read(word.slice(at + 1))]];
    });
    const right = pairs.filter((pair): pair is [string, ConsoleScope] => pair[0] !== "" && pair[1] !== undefined);
    return right.length === pairs.length && right.length > 0 ? new Map(right) : undefined;
  },
};

export const consoleSettings = {
  port: optional("COUNTERSIGN_CONSOLE_PORT", port),
  host: setting("COUNTERSIGN_CONSOLE_HOST", hostAddress, "127.0.0.1"),
  url: optional("COUNTERSIGN_CONSOLE_URL", origin),
  proxies: setting("COUNTERSIGN_CONSOLE_PROXIES", ranges),
  header: optional("COUNTERSIGN_CONSOLE_PROXY_HEADER", text("must be the name of a header", /^[\w-]{1,64}$/)),
  secret: optional("COUNTERSIGN_CONSOLE_PROXY_SECRET", plain(32, 256)),
  account: optional("COUNTERSIGN_CONSOLE_PROXY_ACCOUNT", text("must be the SID of an account", /^AC[0-9a-f]{32}$/)),
  people: optional("COUNTERSIGN_CONSOLE_PROXY_PEOPLE", people),
};

/** @returns the console's settings, if it has a port, which count if there is no problem, and every problem */
export function readConsole(env: Env): { console: ConsoleSettings | undefined; problems: string[] } {
  const { values, problems } = readEnv(env, consoleSettings);
  const { port, host, url, proxies, header, secret, account, people } = values;
  const ofProxy = [consoleSettings.header, consoleSettings.secret, consoleSettings.account, consoleSettings.people];
  const given = ofProxy.filter(({ name }) => env[name] !== undefined);
  const missing = given.length === 0 ? [] : [consoleSettings.proxies, ...ofProxy].filter(({ name }) => !env[name]);
  const all = [...problems, ...missing.map(({ name }) => `${name} is missing, without which no proxy is believed.`)];
  if (port === undefined) return { console: undefined, problems: all };
  const isWhole = header !== undefined && secret !== undefined && account !== undefined && people !== undefined;
  const proxy = isWhole ? { header: header.toLowerCase(), secret, accountSid: account, people } : undefined;
  return { console: { port, host, url, proxies, proxy }, problems: all };
}
