import { readFileSync } from "node:fs";
import type { OpenApiDocument, Parameter } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { generate } from "./generate.ts";

const bundle = document as unknown as OpenApiDocument;

test("src/operations.gen.ts is what the document generates (else: npm run generate)", () => {
  expect(readFileSync(new URL("../src/operations.gen.ts", import.meta.url), "utf8")).toBe(generate(bundle));
});

/** The document with one operation, which a test spoils. */
function withOperation(
  parameters: Partial<Parameter>[],
  more: object = {},
  path = "/v2/Things/{Sid}",
): OpenApiDocument {
  const responses = { 204: { description: "Gone" } };
  const operation = { operationId: "updateThing", parameters, responses, ...more };
  return { ...bundle, paths: { [path]: { post: operation } } } as unknown as OpenApiDocument;
}

const sid = { name: "Sid", in: "path", required: true, schema: { type: "string" } } as const;
const form = (...names: string[]) => {
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return { requestBody: { content: { "application/x-www-form-urlencoded": { schema: { properties } } } } };
};

test.each([
  ["updateThing: Sid is in two places", withOperation([sid], form("Name", "Sid"))],
  ["updateThing: Sid is in two places", withOperation([sid, { ...sid, in: "query" }])],
  [
    "updateThing: Page is in the query, beside a body",
    withOperation([sid, { ...sid, name: "Page", in: "query" }], form("Name")),
  ],
  [
    "updateThing: X-Key is neither in the path, nor in the query, nor in the body",
    withOperation([sid, { ...sid, name: "X-Key", in: "header" }]),
  ],
  [
    "Two functions would be called updateThing",
    { ...bundle, paths: { ...withOperation([sid]).paths, ...withOperation([sid], {}, "/v2/Others/{Sid}").paths } },
  ],
])("what one object of fields could not tell apart is refused: %s", (message, spoilt) => {
  expect(() => generate(spoilt)).toThrow(message);
});
