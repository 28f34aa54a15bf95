import { writeFileSync } from "node:fs";
import type { OpenApiDocument } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { generate } from "./generate.ts";

writeFileSync(new URL("../src/operations.gen.ts", import.meta.url), generate(document as unknown as OpenApiDocument));
