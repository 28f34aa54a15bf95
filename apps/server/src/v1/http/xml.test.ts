import { type Example, type OpenApiDocument, operationsOf, resolve } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { v1Xml } from "./xml.ts";

const bundle = document as unknown as OpenApiDocument;

const pairs = operationsOf(bundle).flatMap(({ operation }) =>
  Object.entries(operation.responses).flatMap(([status, response]) => {
    const { content } = resolve(bundle, response);
    const [json, xml] = [content?.["application/json"]?.examples, content?.["application/xml"]?.examples];
    if (!json || !xml) return [];
    return Object.keys(xml).map((name) => ({
      place: `${operation.operationId} ${status} ${name}`,
      body: resolve<Example>(bundle, json[name] as Example).value as object,
      text: resolve<Example>(bundle, xml[name] as Example).value,
    }));
  }),
);

test("a body is written as the document's XML examples have it, all of them", () => {
  expect(pairs.length).toBeGreaterThan(100);
  for (const { place, body, text } of pairs) expect([place, v1Xml(body)]).toEqual([place, text]);
});

test("what XML has no way to write is left out, and markup is escaped", () => {
  expect(v1Xml({ carrier: 'A\u0000B\u001b & <C> "D" 😀' })).toContain(
    "<carrier>AB &amp; &lt;C&gt; &quot;D&quot; 😀</carrier>",
  );
  expect(v1Xml({ carrier: "\ud800x" })).toContain("<carrier>x</carrier>");
});
