import type { ApiKey, Scope } from "@countersign/types";
import { hashAfter, newCredential } from "../accounts/authenticate.ts";
import type { AccountStore, Credential } from "../accounts/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers, Principal } from "../kernel/handler.ts";
import { listed } from "../kernel/page.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { usualScopes } from "../kernel/scope.ts";
import type { ServiceStore } from "../services/store.ts";
import type { ApplicationStore } from "../v1/application-store.ts";
import { newKey } from "../v1/keys.ts";

type Ids = "listKeys" | "createKey" | "rotateKey" | "revokeKey" | "listConsoleApplications";

interface Parts {
  accounts: AccountStore;
  applications: ApplicationStore;
  services: ServiceStore;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations on an account's keys, and on what v1 has in their place. */
export function keyHandlers({ accounts, applications, services, clock, newSid }: Parts): Pick<Handlers, Ids> {
  return {
    listKeys: ({ accountSid, ...request }) =>
      listed("keys", request, (page) => accounts.keys(accountSid, page), keyBody),

    async createKey({ principal, by, accountSid, body }) {
      const scopes = body.Scopes ? scopesIn(body.Scopes) : usualScopes;
      const excess = beyond(principal, scopes);
      if (excess) return excess;
      const createdAt = clock();
      const expiresAt = body.DateExpires === undefined ? null : Date.parse(body.DateExpires);
      if (expiresAt !== null && expiresAt <= createdAt) return invalid("DateExpires");
      const secret = newKey();
      const named = { friendlyName: body.FriendlyName ?? null, scopes, expiresAt };
      const key = newCredential({ accountSid, sid: newSid("SK"), secret, createdAt }, named);
      if (!(await accounts.addKey(key, by))) throw new Error("An account that calls is none.");
      return accepted({ ...keyBody(key), secret });
    },

    async rotateKey({ principal, by, accountSid, path: { Sid: sid }, body }) {
      const key = await accounts.credential(sid);
      if (key?.accountSid !== accountSid) return refused(20404);
      // With its new secret he could do whatever it may.
      const excess = beyond(principal, key.scopes);
      if (excess) return excess;
      const secret = newKey();
      const overlapSeconds = body.OverlapSeconds ?? 86_400;
      const rotated = await accounts.rotate(key, hashAfter(secret), overlapSeconds, clock(), by);
      return rotated ? accepted({ ...keyBody(rotated), secret }) : refused(20404);
    },

    async revokeKey({ principal, by, accountSid, path: { Sid: sid } }) {
      if (!(await accounts.revoke(accountSid, sid, by))) return refused(20404);
      const isOwn = principal.actor === sid;
      return accepted(undefined, isOwn ? { headers: { "Countersign-Own-Key": "revoked" } } : {});
    },

    async listConsoleApplications({ accountSid }) {
      const found = await applications.list(accountSid);
      const named = found.map(async ({ serviceSid: sid, state, createdAt }) => {
        const service = await services.fetch(accountSid, sid);
        // One that was deleted meanwhile is no application any more.
        if (!service) return [];
        const { friendlyName: name } = service.settings;
        return [{ sid, name, is_suspended: state.isSuspended, date_created: isoTime(createdAt) }];
      });
      return accepted({ applications: (await Promise.all(named)).flat() });
    },
  };
}

/** A key as every operation and the command line show it. */
export function keyBody({ sid, friendlyName, scopes, createdAt, ...key }: Credential): ApiKey {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  return {
    sid,
    friendly_name: friendlyName,
    scopes: [...scopes],
    date_created: isoTime(createdAt),
    date_expires: time(key.expiresAt),
    date_last_used: time(key.lastUsedAt),
    date_rotated: time(key.rotatedAt),
    date_overlap_ends: time(key.overlapEndsAt),
  };
}

/** Each once, in whichever way they were written. */
function scopesIn(texts: readonly string[]): Scope[] {
  return [...new Set(texts.flatMap((text) => text.split(" ")))] as Scope[];
}

/** The refusal where a key may do more than he who is to know its secret. */
function beyond({ scopes: own }: Principal, scopes: readonly Scope[]) {
  const missing = scopes.find((scope) => !own.has(scope));
  return missing && refused(20403, { details: { missing_scope: missing } });
}
