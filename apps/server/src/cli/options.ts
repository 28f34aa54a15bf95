import { visible } from "@countersign/document";
import type { Scope } from "@countersign/types";
import { InvalidArgumentError, Option } from "commander";
import { everyScope } from "../kernel/scope.ts";
import { integer, type Kind, port } from "../kernel/setting.ts";

export function jsonOption(description = "print JSON"): Option {
  return new Option("--json", description);
}

export function portOption(): Option {
  return new Option("--port <number>", "where it listens; 0 for any that is free")
    .env("PORT")
    .default(4010)
    .argParser(wordOf(port, "It is a number from 0 to 65535."));
}

export const countOf = wordOf(integer(1, 1000), "It is a number from 1 to 1000.");

/** Reads a word of a command as a setting is read. @param must told of a word that is wrong */
export function wordOf<T>({ read }: Kind<T>, must: string): (word: string) => T {
  return (word) => {
    const value = read(word);
    if (value === undefined) throw new InvalidArgumentError(must);
    return value;
  };
}

/** By the rule that the API has for the names of keys: people read them in lists. */
export const named: Kind<string> = {
  must: "It has up to 64 characters, of which people see some.",
  read: (text) => (visible(text) !== undefined && [...text].length <= 64 ? text : undefined),
};

/** Scopes, with spaces or commas between them. */
export function scopesOf(text: string): Scope[] {
  const scopes = text.split(/[\s,]+/).filter(Boolean) as Scope[];
  if (scopes.length > 0 && scopes.every((scope) => everyScope.has(scope))) return [...new Set(scopes)];
  throw new InvalidArgumentError(`They are some of ${[...everyScope].join(", ")}.`);
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A number of seconds, written as `90s`, `30m`, `24h` or `7d`. */
export function secondsOf(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("It is a number and s, m, h or d, as 24h.");
  return Number(count) * (unitSeconds[unit] as number);
}

/** A time to come: a length as `90d`, or a date with or without its time, in GMT where it names no zone. */
export function laterOf(text: string): (now: number) => number | undefined {
  if (/^\d+[smhd]$/.test(text)) return (now) => now + secondsOf(text) * 1000;
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  const at = iso ? Date.parse(iso[1] && !iso[4] ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("It is a date, as 2027-01-31, or a length of time, as 90d.");
  return (now) => (at > now ? at : undefined);
}
