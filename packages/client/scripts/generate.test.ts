import { readFileSync } from "node:fs";
import type { OpenApiDocument, Parameter } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { generate } from "./generate.ts";

const bundle = document as unknown as OpenApiDocument;

test("src/operations.gen.ts is what the document generates (else: npm run generate)", () => {
  expect(readFileSync(new URL("../src/operations.gen.ts", import.meta.url), "utf8")).toBe(generate(bundle));
});

type Spoilt = { parameters?: Partial<Parameter>[]; method?: string; path?: string; bodies?: Record<string, object> };

/** The document with one operation, which a test spoils. */
function withOperation({ parameters = [], method = "post", path = "/v2/Things/{Sid}", bodies }: Spoilt) {
  const media = Object.entries(bodies ?? {}).map(([type, schema]) => [`application/${type}`, { schema }]);
  const operation = {
    operationId: "updateThing",
    parameters: [sid, ...parameters],
    responses: { 204: { description: "Done" } },
    ...(bodies && { requestBody: { content: Object.fromEntries(media) } }),
  };
  return { ...bundle, paths: { [path]: { [method]: operation } } } as unknown as OpenApiDocument;
}

const sid = { name: "Sid", in: "path", required: true, schema: { type: "string" } } as const;
const taking = (...names: string[]) => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
const form = (...names: string[]) => ({ "x-www-form-urlencoded": taking(...names) });
const again = withOperation({ path: "/v2/Others/{Sid}" });

test.each<[message: string, spoilt: OpenApiDocument]>([
  ["updateThing: Sid is in two places", withOperation({ bodies: form("Name", "Sid") })],
  ["updateThing: Sid is in two places", withOperation({ parameters: [{ ...sid, in: "query" }] })],
  [
    "updateThing: Page is in the query, beside a body",
    withOperation({ parameters: [{ name: "Page", in: "query" }], bodies: form("Name") }),
  ],
  ["updateThing: X-Key is in the header", withOperation({ parameters: [{ name: "X-Key", in: "header" }] })],
  ["updateThing: it is a PUT", withOperation({ method: "put", bodies: form("Name") })],
  ["updateThing: it is a DELETE", withOperation({ method: "delete", bodies: form("Name") })],
  ["updateThing: it is a PATCH", withOperation({ method: "patch" })],
  [
    "updateThing: each kind of body takes something else",
    withOperation({ bodies: { ...form("Name"), json: taking("name") } }),
  ],
  [
    "updateThing: there is a choice of bodies",
    withOperation({ bodies: { json: { oneOf: [taking("a"), taking("b")] } } }),
  ],
  ["Two functions would be called updateThing", { ...again, paths: { ...again.paths, ...withOperation({}).paths } }],
])("what the functions could not send as it is due is refused: %s", (message, spoilt) => {
  expect(() => generate(spoilt)).toThrow(message);
});
