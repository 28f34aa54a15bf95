import { writeFileSync } from "node:fs";
import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "../src/catalogue-entry.ts";
import { type Document, generate } from "./generate.ts";

const files = await generate(document as Document, catalogue as CatalogueEntry[]);
for (const [name, text] of Object.entries(files)) {
  writeFileSync(new URL(`../src/${name}`, import.meta.url), text);
}
