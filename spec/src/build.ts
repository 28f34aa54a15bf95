import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derive } from "./derive.ts";
import type { OpenApiDocument } from "./document.ts";
import { redocly } from "./redocly.ts";

const root = new URL("../", import.meta.url);

const { document, catalogue } = derive(bundle(), new URL("guides/", root));
mkdirSync(new URL("dist/", root), { recursive: true });
writeFileSync(new URL("dist/openapi.json", root), `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(new URL("dist/errors.json", root), `${JSON.stringify(catalogue, null, 2)}\n`);

function bundle(): OpenApiDocument {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-bundle-"));
  try {
    const file = join(scratch, "openapi.json");
    redocly(["bundle", "verify", "--output", file]);
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
