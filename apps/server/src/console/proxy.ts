import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import type { Intercept } from "../http/http-server.ts";
import { setClientAddress } from "../http/pipeline.ts";
import { allowedBy } from "../kernel/scope.ts";
import type { Recognise } from "./access.ts";
import { csrfTokenOf } from "./session.ts";
import type { ConsoleSettings, SigningInProxy } from "./settings.ts";

const secretHeader = "countersign-proxy-secret";

/** Recognises whom a proxy has signed in: nobody else's word is taken, and not its own without the secret. */
export function byProxy(proxies: ConsoleSettings["proxies"], proxy: SigningInProxy): Recognise {
  const { header, secret, accountSid, people } = proxy;
  return async (headers, { socket }) => {
    const [name, given] = [headers[header], headers[secretHeader]];
    if (typeof name !== "string" || typeof given !== "string" || !isOneOf(proxies, socket.remoteAddress))
      return undefined;
    const person = /^[^\s,]{1,254}$/.test(name) ? name.toLowerCase() : undefined;
    const scope = person === undefined ? undefined : (people.get(person) ?? people.get("*"));
    if (person === undefined || scope === undefined || !isSame(given, secret)) return undefined;
    const principal = { kind: "account", accountSid, actor: person, scopes: allowedBy([scope]) } as const;
    // The browser sends what the proxy knows them by with every request, as it does a cookie of ours.
    return { principal, csrfToken: csrfTokenOf(`${secret} ${person}`) };
  };
}

/** Takes a proxy's word on where a request comes from, for limits and for the audit trail. */
export function heedProxies(proxies: ConsoleSettings["proxies"]): Intercept {
  return (request: IncomingMessage) => {
    const way = String(request.headers["x-forwarded-for"] ?? "").split(",");
    // Each proxy adds whom it was asked by: before the first that is not ours anybody may have written anything.
    const clients = [...way.map((address) => address.trim()), request.socket.remoteAddress ?? ""].reverse();
    const client = clients.find((address) => !isOneOf(proxies, address));
    if (proxies.length > 0 && client !== undefined && ipaddr.isValid(client)) setClientAddress(request, client);
    return false;
  };
}

function isOneOf(proxies: ConsoleSettings["proxies"], address = ""): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return proxies.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits));
}

function isSame(given: string, secret: string): boolean {
  const [one, other] = [Buffer.from(csrfTokenOf(given)), Buffer.from(csrfTokenOf(secret))];
  return timingSafeEqual(one, other);
}
