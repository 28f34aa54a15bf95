import { readFileSync } from "node:fs";
import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import type { CatalogueEntry } from "../src/catalogue-entry.ts";
import { type Document, generate } from "./generate.ts";

const generated = await generate(document as Document, catalogue as CatalogueEntry[]);

test.each(Object.entries(generated))("src/%s is what the document generates (else: npm run generate)", (name, text) => {
  expect(readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8")).toBe(text);
});
