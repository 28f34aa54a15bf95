import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redoclyReport } from "./redocly.ts";

const scratch = mkdtempSync(join(tmpdir(), "countersign-diff-"));
const released = join(scratch, "released.json");
const built = fileURLToPath(new URL("../dist/openapi.json", import.meta.url));

/**
 * Patterns that say by other means what the released document said in a way that not all tools read. That the new one
 * takes whatever the old one took is tested beside the server's rule.
 */
const rewritten = [
  ["CreateServiceRequest", "FriendlyName"],
  ["UpdateServiceRequest", "FriendlyName"],
] as const;

beforeAll(() => {
  const before = read(fileURLToPath(new URL("../released/openapi.json", import.meta.url)));
  const { components } = read(built);
  for (const [schema, property] of rewritten) {
    const [was, is] = [before.components.schemas[schema], components.schemas[schema]].map(
      (found) => found?.properties[property],
    );
    if (was && is) Object.assign(was, { pattern: is.pattern });
  }
  writeFileSync(released, JSON.stringify(before));
});
afterAll(() => rmSync(scratch, { recursive: true }));

test("the document breaks nothing that the last released one promised", () => {
  const { status, majors } = diff(built);
  expect(majors).toEqual([]);
  expect(status).toBe(0);
});

/** Each with the end of the place that it is found in. All are in one document, since a comparison takes seconds. */
const breakages: [string, string, (document: Document) => void][] = [
  ["an operation is removed", "/paths/~1v2~1Attempts~1{Sid}", ({ paths }) => delete paths["/v2/Attempts/{Sid}"]],
  [
    "an answer loses a property",
    "VerificationCheck/post/responses/200/content/application~1json/schema/properties/status",
    ({ components }) => delete components.schemas.VerificationCheck?.properties.status,
  ],
  [
    "a parameter becomes required",
    "VerificationCheck/post/requestBody/content/application~1x-www-form-urlencoded/schema",
    ({ components }) => requireOf(components, "CreateVerificationCheckRequest", "Code"),
  ],
  [
    "a request loses a value",
    "Verifications/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/Channel",
    ({ components }) => components.schemas.CreateVerificationRequest?.properties.Channel?.enum?.pop(),
  ],
];

let found: ReturnType<typeof diff>;
beforeAll(() => {
  const document = read(built);
  for (const [, , breakIt] of breakages) breakIt(document);
  const broken = join(scratch, "broken.json");
  writeFileSync(broken, JSON.stringify(document));
  found = diff(broken);
});

test.each(breakages)("the check fails when %s", (_, place) => {
  expect(found.majors.filter((path) => path.endsWith(place))).toHaveLength(1);
  expect(found.status).not.toBe(0);
});

/** Compares a document with the released one. @returns the exit code, and the places of what breaks callers */
function diff(revision: string): { status: number | null; majors: string[] } {
  const { status, stdout } = redoclyReport(["diff", released, revision, "--format=json"]);
  const { changes } = JSON.parse(stdout) as { changes: { path: string; impact: string }[] };
  return { status, majors: changes.filter(({ impact }) => impact === "major").map(({ path }) => path) };
}

function read(file: string): Document {
  return JSON.parse(readFileSync(file, "utf8"));
}

interface Document {
  paths: Record<string, unknown>;
  components: {
    schemas: Record<string, { required?: string[]; properties: Record<string, { enum?: string[]; pattern?: string }> }>;
  };
}

function requireOf(components: Document["components"], schema: string, property: string): void {
  const target = components.schemas[schema];
  if (target) target.required = [...(target.required ?? []), property];
}
