import { examplesOf, type OpenApiDocument, operationOf, type Response, resolve } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { checkResponse } from "./response.ts";

const bundle = document as unknown as OpenApiDocument;

const requestId = { "Twilio-Request-Id": "RQ0123456789abcdef0123456789abcdef" };
const json = { "Content-Type": "application/json; charset=utf-8", ...requestId };
const created = resolve<Response>(bundle, operationOf(bundle, "createVerification").operation.responses[201] ?? {});
const [[, example] = []] = examplesOf(bundle, created.content?.["application/json"] ?? { schema: {} });
const verification = example as Record<string, unknown>;
const locked = {
  code: 60202,
  message: "Max check attempts reached",
  more_info: "https://countersign.github.io/countersign/errors/60202",
  status: 429,
  details: { retry_after_seconds: 540 },
};
const unavailable = {
  code: 20503,
  message: "Service unavailable",
  more_info: "https://countersign.github.io/countersign/errors/20503",
  status: 503,
};

function check(operationId: string, status: number, body: unknown, headers: Record<string, string> = json) {
  return checkResponse(bundle, operationId, status, headers, body);
}

test("an answer as documented has no departures, parsed or not", () => {
  expect(check("createVerification", 201, verification)).toEqual([]);
  expect(check("createVerification", 201, JSON.stringify(verification))).toEqual([]);
  expect(check("deleteService", 204, "", requestId)).toEqual([]);
  expect(check("createVerificationCheck", 429, locked, { ...json, "Retry-After": "5" })).toEqual([]);
});

test("an error that leads to the page of another, or to none, is a departure; whose docs they are is not", () => {
  const departures = (more_info: string) =>
    check("createVerificationCheck", 429, { ...locked, more_info }, { ...json, "Retry-After": "5" });
  expect(departures("http://localhost:4010/docs/errors/60202/")).toEqual([]);
  expect(departures("https://countersign.github.io/countersign/errors/60203")).toEqual([
    "createVerificationCheck 429: /more_info leads to another page than that of 60202",
  ]);
  expect(departures("https://countersign.github.io/countersign/")).toHaveLength(1);
});

test("an undocumented status is a departure", () => {
  expect(check("createVerification", 200, verification)).toEqual(["createVerification does not document 200"]);
});

test("a violation of the schema is a departure, at any depth", () => {
  expect(check("createVerification", 201, { ...verification, sid: 1 })).not.toEqual([]);
  const attempts = [{ time: "yesterday", channel: "sms", attempt_sid: "VL00000000000000000000000000000001" }];
  expect(check("createVerification", 201, { ...verification, send_code_attempts: attempts })).toEqual([
    'createVerification 201: /send_code_attempts/0/time must match format "date-time"',
  ]);
});

test("an undeclared property is a departure, at any depth and among alternatives", () => {
  expect(check("createVerification", 201, { ...verification, extra: 1 })).toEqual([
    "createVerification 201: /extra is not declared",
  ]);
  expect(check("createVerification", 201, { ...verification, sna: { url: "http://x.example", extra: 1 } })).toEqual([
    "createVerification 201: /sna/extra is not declared",
  ]);
  expect(
    check(
      "createVerificationCheck",
      429,
      { ...locked, details: { retry_after_seconds: 5, hint: 1 } },
      { ...json, "Retry-After": "5" },
    ),
  ).toEqual(["createVerificationCheck 429: /details/hint is not declared"]);
});

test("an error that the operation does not list is a departure", () => {
  const more_info = locked.more_info.replace("60202", "60203");
  const other = { ...locked, code: 60203, message: "Max send attempts reached", more_info };
  expect(check("createVerificationCheck", 429, other, { ...json, "Retry-After": "5" })).toEqual([
    "createVerificationCheck 429: the code 60203 is not documented",
  ]);
  expect(check("createVerificationCheck", 429, { ...locked, status: 400 }, { ...json, "Retry-After": "5" })).toEqual([
    "createVerificationCheck 429: /status must be equal to constant: 429",
  ]);
});

test("every answer must have the id of its request, whatever its status", () => {
  expect(check("deleteService", 204, "", {})).toEqual(["deleteService 204: Twilio-Request-Id is missing"]);
  const headers = { ...json, "Twilio-Request-Id": "RQ1" };
  expect(check("createVerification", 201, verification, headers)).toEqual([
    'createVerification 201: Twilio-Request-Id must match pattern "^RQ[0-9a-f]{32}$"',
  ]);
});

test("a documented header that is missing or malformed is a departure", () => {
  expect(check("createVerificationCheck", 429, locked)).toEqual([]);
  expect(check("createVerificationCheck", 503, unavailable)).toEqual([
    "createVerificationCheck 503: Retry-After is missing",
  ]);
  expect(check("createVerificationCheck", 429, locked, { ...json, "Retry-After": "540" })).toEqual([
    "createVerificationCheck 429: Retry-After must be <= 30",
  ]);
  expect(check("createVerificationCheck", 429, locked, { ...json, "Retry-After": "soon" })).toEqual([
    "createVerificationCheck 429: Retry-After must be integer",
  ]);
});

test("another media type, no JSON, and a body where there is none are departures", () => {
  expect(check("createVerification", 201, "<a/>", { ...requestId, "content-type": "application/xml" })).toHaveLength(1);
  expect(check("createVerification", 201, "{")).toEqual(["createVerification 201: the body is no JSON"]);
  expect(check("deleteService", 204, "{}", requestId)).toEqual(["deleteService 204: has a body"]);
});

const xml = {
  "content-type": "application/xml; charset=utf-8",
  Deprecation: "@1767225600",
  Link: "<http://x.example>",
};
const started = (document: string) => check("startPhoneVerification", 200, document, xml);
const startedXml = `<?xml version="1.0" encoding="UTF-8"?>
<hash>
  <carrier nil="true"/>
  <is-cellphone type="boolean">true</is-cellphone>
  <message>Text message sent to +1 202-555-0123.</message>
  <seconds-to-expire type="integer">599</seconds-to-expire>
  <uuid>6dadca60-49f8-0135-346b-0e5d6a065904</uuid>
  <success type="boolean">true</success>
</hash>
`;

test("XML is held to the schema of the JSON beside it", () => {
  expect(started(startedXml)).toEqual([]);
  expect(started(startedXml.replace(/<uuid>.*<.uuid>/, ""))).toEqual([
    "startPhoneVerification 200: must have required property 'uuid'",
  ]);
  expect(started(startedXml.replace("<hash>", "<hash><extra>1</extra>"))).toEqual([
    "startPhoneVerification 200: /extra is not declared",
  ]);
  expect(started(startedXml.replace("<success ", "<success x='y' "))).toHaveLength(1);
  expect(started(startedXml.replace(' type="integer"', ""))).toEqual([
    "startPhoneVerification 200: /seconds_to_expire must be integer",
  ]);
});

test("XML with another root, or not well-formed, is a departure", () => {
  expect(started(startedXml.replaceAll("hash>", "errors>"))).toEqual([
    "startPhoneVerification 200: the root is errors, not hash",
  ]);
  expect(started(startedXml.replace("</uuid>", ""))).toEqual([expect.stringContaining("no XML as Rails writes it")]);
});
