import type { OpenApiDocument } from "@countersign/document";
import { expect, test } from "vitest";
import { errorAnchors, linkErrorTables } from "./anchors.ts";
import { numberErrorTitles } from "./error-titles.ts";
import { describePersonalData } from "./personal-data.ts";

test("a number in an error table links to the heading of its own API", () => {
  const document = withGuide("| 60003 | 400 |\n\n## 60003 Carrier\n\n| 60003 | 429 |\n\n## V1 60003 DoS protection\n");
  linkErrorTables(document, errorAnchors(document));
  const description = document.tags[0]?.description;
  expect(description).toContain("| [60003](#tag/All-errors/60003-Carrier) | 400 |");
  expect(description).toContain("| [60003](#tag/All-errors/V1-60003-DoS-protection) | 429 |");
});

test("an error without a heading is refused, since its address would lead nowhere", () => {
  expect(() => errorAnchors(withGuide("## 60203 Max send attempts"))({ api: "v1", code: 60203 })).toThrow(
    /v1 error 60203/,
  );
});

test("personal data is described as such, other properties are left alone", () => {
  const to = { description: "Whom to verify.\n", "x-pii": { isPii: true, retentionDays: 30 } };
  const locale = { description: "The language.", "x-pii": { isPii: false } };
  describePersonalData({ ...withGuide(""), components: { schemas: { Verification: { properties: { to, locale } } } } });
  expect(to.description).toBe("Whom to verify.\n\n*Personal data, kept for 30 days.*");
  expect(locale.description).toBe("The language.");
});

test("error titles and the examples of errors begin with the number", () => {
  const examples = {
    error60203: { summary: "Max send attempts reached", value: {} },
    expired: { summary: "Expired", value: {} },
  };
  const responses = { "429": { content: { "application/json": { schema: {}, examples } } } };
  const schemas = {
    Error60203: { title: "Error60203: Max send attempts reached" },
    ErrorDetails: { title: "ErrorDetails" },
  };
  numberErrorTitles({
    ...withGuide(""),
    paths: { "/v2/Services": { post: { operationId: "createService", tags: [], responses } } },
    components: { schemas },
  });
  expect(schemas.Error60203.title).toBe("60203 Max send attempts reached");
  expect(schemas.ErrorDetails.title).toBe("ErrorDetails");
  expect(examples.error60203.summary).toBe("60203 Max send attempts reached");
  expect(examples.expired.summary).toBe("Expired");
});

function withGuide(description: string): OpenApiDocument {
  const tags = [{ name: "All errors", description }];
  return { info: { title: "Test", version: "1" }, servers: [], tags, paths: {}, components: { schemas: {} } };
}
