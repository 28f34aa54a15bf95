import type { ContractReport, ContractResult } from "@countersign/contract";
import { expect, test } from "vitest";
import { githubAnnotations, junit, reportLines } from "./contract-report.ts";

const result: ContractResult = {
  suite: "operations",
  name: "listServices",
  summary: "List the services",
  requests: 9,
  ms: 12,
  departures: [],
  skipped: [],
};
const departure = { operationId: "listServices", request: "GET /v2/Services", status: 206 };
const report: ContractReport = {
  server: "http://127.0.0.1:4010",
  kind: "service",
  requests: 21,
  ms: 1_240,
  results: [
    { ...result, suite: "stories", name: "approved", requests: 0, skipped: ["the server is no sandbox"] },
    {
      ...result,
      departures: ["a", "b", "c", "d", "d"].map((step) => ({ ...departure, step, message: 'says "<&\u0000>"\n100%' })),
    },
    { ...result, name: "fetchService", skipped: ["right requests"] },
    { ...result, name: "deleteService" },
  ],
};

test("people see each part in a line, what departs once, and what was left out", () => {
  expect(reportLines(report, (_, text) => text)).toEqual([
    "- story approved",
    "    left out: the server is no sandbox",
    "✗ listServices",
    '    listServices (GET /v2/Services) answers 206: says "<&\u0000>"\n100% [a, b, c, and 1 more]',
    "✓ fetchService",
    "    left out: right requests",
    "✓ deleteService",
    "",
    "http://127.0.0.1:4010, a service: 21 requests in 1.2 s, 5 departures, something left out of 2 parts.",
  ]);
});

test("GitHub gets a line for each departure, with its own escapes", () => {
  expect(githubAnnotations(report)).toEqual([
    '::error title=listServices::listServices (GET /v2/Services) answers 206: says "<&\u0000>"%0A100%25 [a, b, c, and 1 more]',
  ]);
});

test("JUnit gets a case for each part, failed, skipped or passed, as well-formed XML", () => {
  const text =
    "listServices (GET /v2/Services) answers 206: says &quot;&lt;&amp;&gt;&quot;&#10;100% [a, b, c, and 1 more]";
  expect(junit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="countersign contract" time="1.24">
  <testsuite name="stories" tests="1" failures="0" skipped="1">
    <testcase classname="stories" name="approved" time="0.012">
      <skipped message="the server is no sandbox"/>
    </testcase>
  </testsuite>
  <testsuite name="operations" tests="3" failures="1" skipped="0">
    <testcase classname="operations" name="listServices" time="0.012">
      <failure message="${text}">${text}</failure>
    </testcase>
    <testcase classname="operations" name="fetchService" time="0.012">
    </testcase>
    <testcase classname="operations" name="deleteService" time="0.012">
    </testcase>
  </testsuite>
</testsuites>
`);
});
