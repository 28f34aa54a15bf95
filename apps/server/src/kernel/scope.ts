import type { Scope } from "@countersign/types";

/** What a caller may do: each of these, and what it includes. */
export type Scopes = ReadonlySet<Scope>;

/** What each scope includes, all that those include which it names. */
const includes: Record<Scope, readonly Scope[]> = {
  start: [],
  check: [],
  read: [],
  manage: [],
  "console:read": ["read"],
  "console:write": ["console:read", "manage", "read"],
};

/** Of whoever may do all that there is, as the token of an account. */
export const everyScope: Scopes = new Set(Object.keys(includes) as Scope[]);

/** Of a key that was made without a word on what it may do. */
export const usualScopes: readonly Scope[] = ["start", "check", "read", "manage"];

/** Everything that whoever was given these may do. */
export function allowedBy(given: readonly Scope[]): Scopes {
  return new Set(given.flatMap((scope) => [scope, ...(includes[scope] ?? [])]));
}
