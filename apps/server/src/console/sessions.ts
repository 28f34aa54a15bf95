import type { Scope } from "@countersign/types";
import { matchingHash, principalOf } from "../accounts/authenticate.ts";
import { type AccountStore, type RequestStore, tooManyRequests } from "../accounts/store.ts";
import { clientKey } from "../guard/counts.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Author, Handlers, Principal, Request } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { isForeign, type Recognise, type Visitor } from "./access.ts";
import {
  type ConsoleSession,
  cookieOf,
  csrfTokenOf,
  endOf,
  hashOfId,
  newSessionId,
  noCookie,
  sessionIdIn,
} from "./session.ts";
import type { SessionStore } from "./session-store.ts";

export type SessionHandlers = Pick<Handlers, "fetchConsoleSession" | "createConsoleSession" | "deleteConsoleSession">;

export interface SessionParts {
  accounts: Pick<AccountStore, "credential" | "used">;
  requests: RequestStore;
  sessions: SessionStore;
  clock: Clock;
  mode: "sandbox" | "production";
  log?: { error(details: object, message: string): void } | undefined;
}

/** How often somebody may try to log in, from one address, and with one sid. */
const loginLimits = [
  { requestsMax: 10, seconds: 60 },
  { requestsMax: 60, seconds: 3600 },
];

/** @param recognise tells who has a session; on a port where nobody can have one it is absent */
export function sessionHandlers(parts: SessionParts, recognise?: Recognise): SessionHandlers {
  const { accounts, sessions, clock } = parts;
  const tellOf = (principal: Principal, visitor?: Visitor) => ({
    mode: parts.mode,
    account_sid: principal.accountSid,
    actor: principal.actor,
    scopes: [...principal.scopes] as Scope[],
    csrf_token: visitor?.csrfToken ?? null,
    version: bundledDocument.info.version,
    docs_url: "/docs/",
    date_expires: visitor?.session ? isoTime(endOf(visitor.session.createdAt)) : null,
  });
  const visitorOf = async ({ raw }: Pick<Request<"fetchConsoleSession">, "raw">) =>
    raw.headers.authorization === undefined ? recognise?.(raw.headers, raw) : undefined;

  return {
    fetchConsoleSession: async (request) => accepted(tellOf(request.principal, await visitorOf(request))),

    async createConsoleSession({ body: { Sid, Secret }, by, raw }) {
      if (!recognise) return refused(20404);
      if (isForeign(raw.headers)) return refused(20003);
      const tooMany = (name: string) => tooManyRequests(parts, { accountSid: "", name: `login ${name}` }, loginLimits);
      const limited = (await tooMany(by.address ? clientKey(by.address) : "unknown")) ?? (await tooMany(Sid));
      if (limited) return limited;
      const credential = await accounts.credential(Sid);
      const now = clock();
      const secretHash = matchingHash(credential, Secret, now);
      const author: Author = { ...by, actor: Sid };
      if (!credential || secretHash === undefined) {
        if (credential) noteFailure(parts, { accountSid: credential.accountSid, credentialSid: Sid }, author, now);
        return refused(20003);
      }
      const principal = principalOf(credential);
      if (!principal.scopes.has("console:read")) return refused(20403, { details: { missing_scope: "console:read" } });
      const id = newSessionId();
      const { accountSid } = credential;
      const times = { createdAt: now, usedAt: now };
      const session: ConsoleSession = { accountSid, idHash: hashOfId(id), credentialSid: Sid, secretHash, ...times };
      const before = sessionIdIn(raw.headers);
      await sessions.open(session, before && hashOfId(before), author);
      const told = tellOf(principal, { principal, csrfToken: csrfTokenOf(id), session });
      return accepted(told, { headers: { "Set-Cookie": cookieOf(id) } });
    },

    async deleteConsoleSession(request) {
      const { session } = (await visitorOf(request)) ?? {};
      if (session) await sessions.close(session, request.by, clock());
      return accepted(undefined, { headers: { "Set-Cookie": noCookie } });
    },
  };
}

/** The answer is out before the entry is begun: it would tell which sids there are by how long it takes. */
function noteFailure(
  { sessions, log }: SessionParts,
  named: Pick<ConsoleSession, "accountSid" | "credentialSid">,
  by: Author,
  now: number,
) {
  const fail = (err: unknown) => log?.error({ err }, "a login that failed is not in the audit trail");
  setImmediate(() => sessions.refused(named, by, now).catch(fail));
}
