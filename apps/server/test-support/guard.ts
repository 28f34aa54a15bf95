import type { GuardPolicy } from "../src/guard/send-guard.ts";

/** A guard that refuses nothing but what is given. */
export function guardOf(given: Partial<GuardPolicy>): GuardPolicy {
  return {
    limits: {},
    blocksPumping: false,
    isObserving: false,
    safePrefixes: [],
    countries: { codes: [], areRefused: true },
    highCost: [],
    ...given,
  };
}
