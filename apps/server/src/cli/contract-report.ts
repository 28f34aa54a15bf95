import { type ContractReport, type ContractResult, departuresIn, grouped } from "@countersign/contract";
import type { Terminal } from "./terminal.ts";

const stepsShown = 3;

/** The report as people read it, a line each. */
export function reportLines(report: ContractReport, paint: Terminal["paint"]): string[] {
  const { results, requests, ms, kind, server } = report;
  const lines = results.flatMap((result) => {
    const { name, suite, departures, skipped } = result;
    const mark =
      departures.length > 0 ? paint("red", "✗") : isSkipped(result) ? paint("yellow", "-") : paint("green", "✓");
    const left = skipped.map((reason) => paint("dim", `    left out: ${reason}`));
    return [
      `${mark} ${suite === "stories" ? "story " : ""}${name}`,
      ...departureTexts(result).map((text) => `    ${text}`),
      ...left,
    ];
  });
  const leftOut = results.filter(({ skipped }) => skipped.length > 0).length;
  const count = departuresIn(report);
  return [
    ...lines,
    "",
    `${server}, a ${kind}: ${requests} requests in ${(ms / 1000).toFixed(1)} s, ${plural(count, "departure")}${
      leftOut > 0 ? `, something left out of ${plural(leftOut, "part")}` : ""
    }.`,
  ];
}

/** For the log of a GitHub workflow, which makes annotations of such lines. */
export function githubAnnotations({ results }: ContractReport): string[] {
  return results.flatMap((result) =>
    departureTexts(result).map((text) => `::error title=${escapedProperty(result.name)}::${escapedData(text)}`),
  );
}

/** For what shows the results of tests: a suite for the stories and one for the operations, a case for each. */
export function junit({ results, ms }: ContractReport): string {
  const suites = (["stories", "operations"] as const).map((name) => {
    const cases = results.filter(({ suite }) => suite === name);
    const failures = cases.filter(({ departures }) => departures.length > 0).length;
    const skipped = cases.filter(isSkipped).length;
    const counts = `tests="${cases.length}" failures="${failures}" skipped="${skipped}"`;
    return [`  <testsuite name="${name}" ${counts}>`, ...cases.flatMap(junitCase), "  </testsuite>"].join("\n");
  });
  const header = '<?xml version="1.0" encoding="UTF-8"?>';
  return `${header}\n<testsuites name="countersign contract" time="${ms / 1000}">\n${suites.join("\n")}\n</testsuites>\n`;
}

function junitCase(result: ContractResult): string[] {
  const { suite, name, ms, departures, skipped } = result;
  const texts = departureTexts(result);
  const failure =
    departures.length > 0 ? [`      <failure message="${xml(texts[0] ?? "")}">${xml(texts.join("\n"))}</failure>`] : [];
  const left = isSkipped(result) ? [`      <skipped message="${xml(skipped.join("; "))}"/>`] : [];
  const open = `    <testcase classname="${suite}" name="${xml(name)}" time="${ms / 1000}">`;
  return [open, ...failure, ...left, "    </testcase>"];
}

function isSkipped({ requests, skipped }: ContractResult): boolean {
  return requests === 0 && skipped.length > 0;
}

/** Each departure once, however many requests met it. */
function departureTexts({ departures }: ContractResult): string[] {
  return grouped(departures).map(({ request, status, message, steps, operationId }) => {
    const shown = [...new Set(steps)];
    const more = shown.length > stepsShown ? `, and ${shown.length - stepsShown} more` : "";
    const answered = status === undefined ? "" : ` answers ${status}`;
    return `${operationId} (${request})${answered}: ${message} [${shown.slice(0, stepsShown).join(", ")}${more}]`;
  });
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** What XML 1.0 has no character for is left out. */
function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones.
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\n", "&#10;")
  );
}
