import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { OpenApiDocument } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import guides from "@countersign/spec/guides.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import { componentsOf } from "../../../scripts/sbom/bill.ts";
import { loadRedoc } from "./redoc-bundle.ts";
import { samplesOf } from "./samples/samples.ts";
import { siteFiles } from "./site.ts";

const dist = new URL("../dist/", import.meta.url);
const source = document as unknown as OpenApiDocument;
const samples = samplesOf(source);

const programs = new URL("browser/", dist);
const libraries = Object.fromEntries(
  ["search", "try-it"].map((name) => [
    `${name}.js`,
    componentsOf(fileURLToPath(new URL(`${name}.bom.json`, programs))),
  ]),
);
const pictures = new URL("../../../spec/guides/pictures/", import.meta.url);

write(
  "site/",
  siteFiles({
    ...{ document: source, errors: errors as CatalogueEntry[], samples, guides, sizeOf },
    ...{ redoc: loadRedoc(), libraries },
  }),
);
cpSync(new URL("licences/", programs), new URL("site/licences/", dist), { recursive: true });
cpSync(pictures, new URL("site/pictures/", dist), { recursive: true });
write(
  "samples/",
  new Map(
    samples.flatMap(({ operationId, curl, client, sdk }) => [
      [`${operationId}.sh`, `${curl}\n`],
      [`${operationId}.client.ts`, `${client}\n`],
      [`${operationId}.sdk.ts`, `${sdk}\n`],
    ]),
  ),
);

/** The size of a PNG, whose first chunk says it. */
function sizeOf(picture: string): [width: number, height: number] {
  const bytes = readFileSync(new URL(picture, pictures));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

function write(folder: string, files: Map<string, string>): void {
  const root = new URL(folder, dist);
  rmSync(root, { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = new URL(path, root);
    mkdirSync(new URL("./", file), { recursive: true });
    writeFileSync(file, text);
  }
}
