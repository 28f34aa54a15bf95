import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { principalOf } from "../accounts/authenticate.ts";
import type { AccountStore } from "../accounts/store.ts";
import type { Authenticator } from "../http/v2-operation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Principal } from "../kernel/handler.ts";
import { type ConsoleSession, csrfTokenOf, hashOfId, isAlive, isStale, sessionIdIn } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

/** Who looks at the console, and by what. */
export interface Visitor {
  principal: Principal;
  /** What their requests that change something must show; null where a browser does not send their proof by itself. */
  csrfToken: string | null;
  session?: ConsoleSession;
}

/** Tells who somebody is whom no credentials tell. */
export type Recognise = (
  headers: IncomingHttpHeaders,
  request: Pick<IncomingMessage, "socket">,
) => Promise<Visitor | undefined>;

/**
 * What stands in for the credentials of an account where people look at the console: a browser sends a cookie with every
 * request, whoever's page makes it, so it counts only from a page of this very origin, and changes nothing without what
 * only such a page can read.
 */
export function consoleAccess(basic: Authenticator, recognise: Recognise): Authenticator {
  return (headers, body, request, path) =>
    headers.authorization === undefined ? visiting(headers, request) : basic(headers, body, request, path);

  async function visiting(headers: IncomingHttpHeaders, request: Parameters<Authenticator>[2]) {
    const visitor = isForeign(headers) ? undefined : await recognise(headers, request);
    if (!visitor || isReading(request.method)) return visitor?.principal;
    const { principal, csrfToken } = visitor;
    const isOwn = headers["sec-fetch-site"] === "same-origin" && headers["x-csrf-token"] === (csrfToken ?? undefined);
    return isOwn ? principal : undefined;
  }
}

/** The same credentials, but not from somebody else's page: a browser may know them, and send them for it. */
export function ofOwnPages(basic: Authenticator): Authenticator {
  return (headers, ...more) => (isForeign(headers) ? undefined : basic(headers, ...more));
}

/** Whether it is known to come from a page of somebody else's, of the same machine or site included. */
export function isForeign({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  return site !== undefined && site !== "same-origin" && site !== "none";
}

function isReading(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD";
}

/** Recognises by the cookie. */
export function bySession(parts: {
  sessions: SessionStore;
  accounts: Pick<AccountStore, "credential" | "used">;
  clock: Clock;
}): Recognise {
  const { sessions, accounts, clock } = parts;
  return async (headers) => {
    const id = sessionIdIn(headers);
    const session = id === undefined ? undefined : await sessions.find(hashOfId(id));
    if (id === undefined || !session) return undefined;
    // Asked each time: what is taken back has no second left.
    const credential = await accounts.credential(session.credentialSid);
    const now = clock();
    if (!credential || !isAlive(session, credential, now)) return undefined;
    if (isStale(session, now)) await Promise.all([sessions.used(session, now), accounts.used(credential, now)]);
    return { principal: principalOf(credential), csrfToken: csrfTokenOf(id), session };
  };
}

/** In the sandbox its own page needs nothing: everybody knows the token. */
export function bySandboxPage(principal: Principal): Recognise {
  return async (headers) => (headers["sec-fetch-site"] === "same-origin" ? { principal, csrfToken: null } : undefined);
}

/** The first that somebody is recognised by. */
export function firstOf(...all: (Recognise | undefined)[]): Recognise {
  return async (headers, request) => {
    for (const recognise of all) {
      const visitor = await recognise?.(headers, request);
      if (visitor) return visitor;
    }
    return undefined;
  };
}
