import type { OpenApiDocument } from "@countersign/document";
import guides from "@countersign/spec/guides.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { guideGroups } from "../guides.ts";
import { trialsOf } from "./calls.ts";
import { errorOf } from "./shown.ts";

const document = openapi as unknown as OpenApiDocument;
const operations = guideGroups(document, guides)
  .flatMap((group) => group.guides)
  .flatMap((guide) => guide.operations);
const { calls, untried } = trialsOf(document, operations, []);

test("each operation can be tried, or says why it cannot", () => {
  const told = [...calls.map(({ operationId }) => operationId), ...Object.keys(untried)];
  expect(told.sort()).toEqual(operations.map(({ operation }) => operation.operationId).sort());
  expect(untried.processVerificationEvent).toContain("a server posts it");
  for (const id of ["processReceipt", "updateApplication"]) expect(untried[id], id).toContain("has to be signed");
});

test("a field can hold the value that it begins with", () => {
  for (const { operationId, fields } of calls) {
    for (const { name, value, isList, options } of fields) {
      if (!isList) expect(value, `${operationId} ${name}`).not.toContain("\n");
      if (options.length > 0) expect(["", ...options], `${operationId} ${name}`).toContain(value);
    }
  }
});

test("only a refusal that has a page leads to one", () => {
  const errors = new Set(["60203", "v1/60022"]);
  expect(errorOf(429, "60203", errors)).toBe("60203");
  expect(errorOf(401, "v1/60022", errors)).toBe("v1/60022");
  for (const named of ["99999", "60022", undefined]) expect(errorOf(400, named, errors), named).toBeUndefined();
  expect(errorOf(200, "60203", errors)).toBeUndefined();
});
