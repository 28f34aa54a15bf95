import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { redoclyReport } from "./redocly.ts";

const released = fileURLToPath(new URL("../released/openapi.json", import.meta.url));
const built = fileURLToPath(new URL("../dist/openapi.json", import.meta.url));

test("the document breaks nothing that the last released one promised", () => {
  const { status, stdout, stderr } = redoclyReport(["diff", released, built]);
  expect(stdout + stderr).not.toContain("✖ major");
  expect(status).toBe(0);
});

test.each<[string, (document: Document) => void]>([
  ["an operation is removed", ({ paths }) => delete paths["/v2/Services/{ServiceSid}/VerificationCheck"]],
  ["an answer loses a property", ({ components }) => delete components.schemas.VerificationCheck?.properties.status],
  ["a parameter becomes required", ({ components }) => requireOf(components, "CreateVerificationCheckRequest", "Code")],
  [
    "a request loses a value",
    ({ components }) => components.schemas.CreateVerificationRequest?.properties.Channel?.enum?.pop(),
  ],
])("the check fails when %s", (_, breakIt) => {
  const document: Document = JSON.parse(readFileSync(built, "utf8"));
  breakIt(document);
  const scratch = mkdtempSync(join(tmpdir(), "countersign-diff-"));
  try {
    const broken = join(scratch, "openapi.json");
    writeFileSync(broken, JSON.stringify(document));
    const { status, stdout, stderr } = redoclyReport(["diff", released, broken]);
    expect(stdout + stderr).toContain("✖ major");
    expect(status).not.toBe(0);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

interface Document {
  paths: Record<string, unknown>;
  components: { schemas: Record<string, { required?: string[]; properties: Record<string, { enum?: string[] }> }> };
}

function requireOf(components: Document["components"], schema: string, property: string): void {
  const target = components.schemas[schema];
  if (target) target.required = [...(target.required ?? []), property];
}
