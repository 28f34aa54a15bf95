import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { OpenApiDocument } from "@countersign/document";
import { parse } from "yaml";
import { derive } from "./derive.ts";
import { redocly } from "./redocly.ts";
import { seedSchema } from "./seed-schema.ts";

const root = new URL("../", import.meta.url);

const { document, catalogue } = derive(bundle(), new URL("guides/", root));
write("openapi.json", document);
write("errors.json", catalogue);
write("workflows.json", workflows());
write("guides.json", guideNames());
write(
  "seed.schema.json",
  seedSchema(document, JSON.parse(readFileSync(new URL("templates.schema.json", root), "utf8"))),
);

/** Whoever reads the file meanwhile sees the old one or the new one, never a half. */
function write(name: string, content: unknown): void {
  const file = new URL(`dist/${name}`, root);
  mkdirSync(new URL("./", file), { recursive: true });
  const fresh = new URL(`dist/${name}.new`, root);
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(fresh, file);
}

/** Arazzo as JSON, for programs that read no YAML. */
function workflows(): unknown[] {
  const folder = new URL("workflows/", root);
  const names = readdirSync(folder).filter((name) => name.endsWith(".arazzo.yaml"));
  return names.sort().map((name) => parse(readFileSync(new URL(name, folder), "utf8")));
}

/** How the file of each tag's guide is called, without its ending: the bundle has the texts alone. */
function guideNames(): Record<string, string> {
  const { tags } = parse(readFileSync(new URL("openapi.yaml", root), "utf8"));
  return Object.fromEntries(
    tags.map(({ name, description }: { name: string; description: { $ref: string } }) => [
      name,
      basename(description.$ref, ".md"),
    ]),
  );
}

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
