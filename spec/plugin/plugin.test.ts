import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { redoclyReport } from "../src/redocly.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const checkPath = "paths/v2_Services_{ServiceSid}_VerificationCheck.yaml";
const updatePath = "paths/v2_Services_{ServiceSid}_Verifications_{Sid}.yaml";
const errors = "components/schemas/errors";

/** One breach a line: the rule, the file it is made in, and the edit that makes it. */
const breaches: [rule: string, file: string, from: string | RegExp, to: string][] = [
  ["operation-id", checkPath, "operationId: createVerificationCheck", "operationId: verification_check"],
  ["error-file", `${errors}/Error60202.yaml`, "const: 60202", "const: 60203"],
  ["error-file", `${errors}/Error60203.yaml`, /x-remedy: .*\n/, ""],
  ["error-file", `${errors}/V1Error60022.yaml`, /x-status: .*\n/, ""],
  ["error-responses", "paths/gateway_receipts.yaml", /"401":\n.*\n/, ""],
  ["named-body", checkPath, "$ref: ../components/schemas/VerificationCheck.yaml", "type: object"],
  ["named-examples", updatePath, / {10}examples:\n {12}pending:[\s\S]*?(?= {4}"4)/, ""],
  ["scopes", updatePath, / {2}security: .*\n/, ""],
  ["property-description", "components/schemas/Verification.yaml", /\n {4}description: Use `status` .*/, ""],
];

test("lint passes the document and names the rule and the file of every breach", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-lint-"));
  try {
    for (const part of ["openapi.yaml", "redocly.yaml", "paths", "components", "guides", "plugin"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    for (const [, file, from, to] of breaches) edit(join(folder, file), from, to);

    const { status, stdout } = redoclyReport(["lint", "verify", "--format=json"], folder);

    expect(status).not.toBe(0);
    const found = (JSON.parse(stdout) as Report).problems.map(
      ({ ruleId, location }) => `${ruleId} ${location[0]?.source.ref}`,
    );
    for (const [rule, file] of breaches) expect(found).toContain(`countersign/${rule} ${file}`);
    expect(found.filter((problem) => problem.startsWith("countersign/"))).toHaveLength(breaches.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Report {
  problems: { ruleId: string; location: { source: { ref: string } }[] }[];
}

function edit(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${path} has nothing to break`);
  writeFileSync(path, edited);
}
