import { isSupportedCountry } from "libphonenumber-js/max";
import type { RequestLimit } from "../kernel/limits.ts";
import { windowSecondsMax } from "./counter.ts";
import type { GuardPolicy, LimitedBy } from "./send-guard.ts";

type Env = Record<string, string | undefined>;

/** The variables of the limits, and what holds where one is not set; the operator's guide has the reasons. */
const limitVariables: Readonly<Record<string, { by: LimitedBy; standard: string }>> = {
  COUNTERSIGN_LIMIT_RECIPIENT: { by: "recipient", standard: "20/1d" },
  COUNTERSIGN_LIMIT_ACCOUNT: { by: "account", standard: "60000/1m" },
  COUNTERSIGN_LIMIT_CLIENT: { by: "client", standard: "100/1h" },
};

export const guardVariables = [
  ...Object.keys(limitVariables),
  "COUNTERSIGN_PUMPING_GUARD",
  "COUNTERSIGN_SAFE_LIST",
  "COUNTERSIGN_COUNTRIES",
];

/** @returns what keeps sends within bounds, and every problem, with the name of its variable and never with a value */
export function readGuard(env: Env): { guard: GuardPolicy; problems: string[] } {
  const problems: string[] = [];
  const orProblem = <T>(value: T | undefined, otherwise: T, problem: string): T => {
    if (value === undefined) problems.push(problem);
    return value ?? otherwise;
  };
  const limits: GuardPolicy["limits"] = {};
  for (const [name, { by, standard }] of Object.entries(limitVariables)) {
    limits[by] = orProblem(
      readLimits(env[name] ?? standard),
      [],
      `${name} must be as 20/1d, or several with spaces between, or off; windows are from 1s to 1d, each another.`,
    );
  }
  const pumping = env.COUNTERSIGN_PUMPING_GUARD ?? "on";
  const guard = {
    limits,
    blocksPumping: orProblem(
      /^(on|off)$/.test(pumping) ? pumping === "on" : undefined,
      true,
      "COUNTERSIGN_PUMPING_GUARD must be on or off.",
    ),
    safePrefixes: orProblem(
      readPrefixes(env.COUNTERSIGN_SAFE_LIST),
      [],
      "COUNTERSIGN_SAFE_LIST must be numbers or their beginnings with spaces between, as +12025550100 +4915.",
    ),
    countries: orProblem(
      readCountries(env.COUNTERSIGN_COUNTRIES),
      { codes: [], areRefused: true },
      "COUNTERSIGN_COUNTRIES must be countries by two letters with spaces between, as DE AT, or all but some, as !AZ !UZ.",
    ),
  };
  return { guard, problems };
}

const windowUnits: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function readLimits(text: string): RequestLimit[] | undefined {
  if (text === "off") return [];
  const limits = words(text).map((word): RequestLimit | undefined => {
    const [, requests, length, unit = ""] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})([smhd])$/.exec(word) ?? [];
    const seconds = Number(length) * (windowUnits[unit] ?? Number.NaN);
    return seconds <= windowSecondsMax ? { requestsMax: Number(requests), seconds } : undefined;
  });
  const found = limits.filter((limit) => limit !== undefined);
  const windows = new Set(found.map(({ seconds }) => seconds));
  return windows.size === limits.length && windows.size > 0 ? found : undefined;
}

function readPrefixes(text = ""): string[] | undefined {
  const prefixes = words(text);
  return prefixes.every((prefix) => /^\+[1-9]\d{0,14}$/.test(prefix)) ? prefixes : undefined;
}

/** Where none is named, none is refused. */
function readCountries(text: string | undefined): GuardPolicy["countries"] | undefined {
  const listed = words(text ?? "");
  const areRefused = listed.every((word) => word.startsWith("!"));
  const codes = listed.map((word) => (areRefused ? word.slice(1) : word));
  return codes.every((code) => isSupportedCountry(code)) ? { codes, areRefused } : undefined;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
