import { inProduction, ours } from "./figures.ts";
import { measuredOf, padded, textWith } from "./readme.ts";
import type { Part, Results } from "./results.ts";
import { units } from "./samples.ts";
import { numberText } from "./table.ts";

/** How many times as many people come in the busiest second as in an average one. */
const peakFactor = 10;
const databases = ["PostgreSQL", "SQLite"];

/** The guide of what a machine carries, with the figures. @throws Error when a place that is marked for them is missing */
export function capacityGuideWith(guide: string, results: Results): string {
  const tables = {
    "what one server carries": [measuredOf(results), "", ...carriedBy(results)],
    "how it grows with what is kept": grownWith(results),
    "how it grows with processes": together(results),
  };
  return Object.entries(tables).reduce((text, [place, lines]) => textWith(text, lines.join("\n"), place), guide);
}

function medianOf(part: Part | undefined, work: string, unit: string, of: string): number {
  const found = part?.figures.find((each) => each.work === work && each.unit === unit && each.of === of);
  return found?.median ?? Number.NaN;
}

function carriedBy({ parts: { sending, factors, growth } }: Results): string[] {
  const most = (unit: string) => (database: string) =>
    medianOf(sending, `Sending on ${database}, 32 connections`, unit, inProduction);
  const steady = (unit: string) => (database: string) =>
    medianOf(sending, `Steady on ${database}, at 70 % of the most`, unit, inProduction);
  const factor = (what: string) => (database: string) =>
    medianOf(factors, `${what} on ${database}, 32 connections`, units.rate, ours);
  const memory = growth?.figures.find(({ unit, of }) => unit === "MB" && of === "a server on PostgreSQL");
  const rows: [string, (database: string) => number][] = [
    ["sign-ins a second, each with its message, at most", most(units.rate)],
    ["sign-ins a second at 70 % of that", steady(units.rate)],
    ["half of the requests answered in, there (ms)", steady(units.p50)],
    ["99 of 100 requests answered in, there (ms)", steady(units.p99)],
    [
      `sign-ins a day, the busiest second having ${peakFactor} times the average`,
      (database) => (steady(units.rate)(database) * 86_400) / peakFactor,
    ],
    ["time of the server's processors for a sign-in (µs)", most(units.process)],
    ["codes of authenticator apps checked a second, at most", factor("Codes of apps")],
    ["logins by passkey a second, at most", factor("Logins by passkey")],
    ["memory of the server under load (MB)", (database) => (database === "PostgreSQL" ? (memory?.median ?? NaN) : NaN)],
  ];
  const cells = rows.map(([name, value]) => [name, ...databases.map((database) => numberText(value(database)))]);
  return padded([["", ...databases], ["", "", ""], ...cells]);
}

function grownWith({ parts: { growth } }: Results): string[] {
  const filled = (growth?.figures ?? []).filter(({ work }) => databases.some((each) => work.startsWith(`${each}, `)));
  const sizes = [...new Set(filled.map(({ of }) => of))];
  const names = [...new Set(filled.map(({ work, unit }) => `${work}, ${unit}`))];
  const cells = names.map((name) => [
    inGuide(name),
    ...sizes.map((size) => {
      const found = filled.find(({ work, unit, of }) => `${work}, ${unit}` === name && of === size);
      return numberText(found?.median ?? Number.NaN);
    }),
  ]);
  return padded([["", ...sizes], ["", ...sizes.map(() => "")], ...cells]);
}

function together({ parts }: Results): string[] {
  const figures = parts.together?.figures ?? [];
  const names = [...new Set(figures.map(({ of }) => of))];
  const unitsShown = [...new Set(figures.map(({ unit }) => unit))];
  const cells = unitsShown.map((unit) => [
    inGuide(unit),
    ...names.map((name) =>
      numberText(figures.find((each) => each.unit === unit && each.of === name)?.median ?? Number.NaN),
    ),
  ]);
  return padded([["", ...names], ["", ...names.map(() => "")], ...cells]);
}

/** What a benchmark calls a cycle is a sign-in to whoever plans for people. */
function inGuide(unit: string): string {
  return unit.replace("cycles/s", "sign-ins a second").replace("a cycle", "a sign-in");
}
