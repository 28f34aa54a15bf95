import { isSupportedCountry } from "libphonenumber-js/max";
import { highCostRanges } from "../kernel/carrier-lookup.ts";
import type { RequestLimit } from "../kernel/limits.ts";
import { choice, type Env, flag, type Kind, list, readEnv, setting } from "../kernel/setting.ts";
import { windowSecondsMax } from "./counts.ts";
import type { GuardPolicy } from "./send-guard.ts";

const windowUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const limits = list(
  "must be as 20/1d, or several with spaces between, or off; windows are from 1s to 1d, each another",
  (word): RequestLimit | undefined => {
    const [, requests, length, unit = ""] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})([smhd])$/.exec(word) ?? [];
    const seconds = Number(length) * (windowUnits[unit] ?? Number.NaN);
    return seconds <= windowSecondsMax ? { requestsMax: Number(requests), seconds } : undefined;
  },
);

const limitsOrOff: Kind<RequestLimit[]> = {
  ...limits,
  read(text) {
    if (text === "off") return [];
    const found = limits.read(text) ?? [];
    const windows = new Set(found.map(({ seconds }) => seconds));
    return windows.size === found.length && windows.size > 0 ? found : undefined;
  },
};

const prefixes = list("must be numbers or their beginnings with spaces between, as +12025550100 +4915", (word) =>
  /^\+[1-9]\d{0,14}$/.test(word) ? word : undefined,
);

/** Where none is named, none is refused. */
const countries: Kind<GuardPolicy["countries"]> = {
  must: "must be countries by two letters with spaces between, as DE AT, or all but some, as !AZ !UZ",
  read(text) {
    const words = text.split(/\s+/).filter((word) => word !== "");
    const areRefused = words.every((word) => word.startsWith("!"));
    const codes = words.map((word) => (areRefused ? word.slice(1) : word));
    return codes.every((code) => isSupportedCountry(code)) ? { codes, areRefused } : undefined;
  },
};

const ranges = list(`must be some of ${highCostRanges.join(" ")}, with spaces between`, (word) =>
  highCostRanges.find((range) => range === word),
);

/** The variables, and what holds where one is not set; the operator's guide has the reasons. */
export const guardSettings = {
  recipient: setting("COUNTERSIGN_LIMIT_RECIPIENT", limitsOrOff, "20/1d"),
  account: setting("COUNTERSIGN_LIMIT_ACCOUNT", limitsOrOff, "60000/1m"),
  client: setting("COUNTERSIGN_LIMIT_CLIENT", limitsOrOff, "100/1h"),
  blocksPumping: setting("COUNTERSIGN_PUMPING_GUARD", flag("on", "off"), "on"),
  isObserving: setting("COUNTERSIGN_GUARD", flag("observe", "on"), "on"),
  safePrefixes: setting("COUNTERSIGN_SAFE_LIST", prefixes),
  safeNumbers: setting("COUNTERSIGN_SAFE_NUMBERS", choice("guard", "all", "off"), "guard"),
  countries: setting("COUNTERSIGN_COUNTRIES", countries),
  highCost: setting("COUNTERSIGN_HIGH_COST", ranges),
};

/** @returns what keeps sends within bounds, which counts if there is no problem, and every problem */
export function readGuard(env: Env): { guard: GuardPolicy; problems: string[] } {
  const { values, problems } = readEnv(env, guardSettings);
  const { recipient, account, client, ...rest } = values;
  return { guard: { limits: { recipient, account, client }, ...rest }, problems };
}

/** A guard that refuses nothing but what is given. */
export function guardOf(given: Partial<GuardPolicy>): GuardPolicy {
  return {
    limits: {},
    blocksPumping: false,
    isObserving: false,
    safePrefixes: [],
    safeNumbers: "all",
    countries: { codes: [], areRefused: true },
    highCost: [],
    ...given,
  };
}
