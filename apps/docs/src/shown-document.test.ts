import type { OpenApiDocument } from "@countersign/document";
import { expect, test } from "vitest";
import { siteAddress } from "./addresses.ts";
import { numberErrorTitles } from "./error-titles.ts";
import { withErrorLinks } from "./guide-page.ts";
import { describePersonalData } from "./personal-data.ts";
import { publishedUrl } from "./published-url.ts";

const empty: OpenApiDocument = {
  info: { title: "Test", version: "1" },
  servers: [],
  tags: [],
  paths: {},
  components: { schemas: {} },
};

test("a number in an error table links to the page of its own API, and the text of an error is left to that", () => {
  const text = "## All errors of v2\n| 60003 | 400 |\n## 60003 Carrier\nCause\n## All errors of v1\n| 60003 | 429 |";
  expect(withErrorLinks({ name: "errors", markdown: text }).split("\n")).toEqual([
    "## All errors of v2",
    `| [60003](${publishedUrl}errors/60003/index.html) | 400 |`,
    "## All errors of v1",
    `| [60003](${publishedUrl}errors/v1/60003/index.html) | 429 |`,
  ]);
});

test("a link to what the document does not have is refused, since it would lead nowhere", () => {
  const places = { tags: { Testing: "testing" }, operations: {} };
  expect(siteAddress("#tag/Testing/Move-time", places)).toBe("guides/testing/index.html#Move-time");
  for (const href of ["#tag/Tests", "#operation/none"]) expect(() => siteAddress(href, places)).toThrow(href);
});

test("personal data is described as such, other properties are left alone", () => {
  const to = { description: "Whom to verify.\n", "x-pii": { isPii: true, retentionDays: 30 } };
  const locale = { description: "The language.", "x-pii": { isPii: false } };
  describePersonalData({ ...empty, components: { schemas: { Verification: { properties: { to, locale } } } } });
  expect(to.description).toBe("Whom to verify.\n\n*Personal data, kept for 30 days.*");
  expect(locale.description).toBe("The language.");
});

test("error titles and the examples of errors begin with the number, and an error leads to the page of its API", () => {
  const examples = {
    error60203: { summary: "Max send attempts reached", value: {} },
    expired: { summary: "Expired", value: {} },
  };
  const describable = { type: "integer", description: "" };
  const responses = { "429": { content: { "application/json": { schema: {}, examples } } } };
  const schemas = {
    Error60203: { title: "Error60203: Max send attempts reached", properties: { code: describable } },
    V1Error60003: { title: "V1Error60003: DoS protection", properties: { error_code: { ...describable } } },
    ErrorDetails: { title: "ErrorDetails" },
  };
  numberErrorTitles({
    ...empty,
    paths: { "/v2/Services": { post: { operationId: "createService", tags: [], responses } } },
    components: { schemas },
  });
  expect(schemas.Error60203.title).toBe("60203 Max send attempts reached");
  expect(schemas.ErrorDetails.title).toBe("ErrorDetails");
  const places = { tags: { Errors: "errors" }, operations: {} };
  const numbers = [schemas.Error60203.properties.code, schemas.V1Error60003.properties.error_code];
  const linked = numbers.map(({ description }) => /\((.*)\)/.exec(description)?.[1]);
  expect(linked.map((href) => siteAddress(String(href), places))).toEqual([
    "errors/60203/index.html",
    "errors/v1/60003/index.html",
  ]);
  expect(examples.error60203.summary).toBe("60203 Max send attempts reached");
  expect(examples.expired.summary).toBe("Expired");
});
