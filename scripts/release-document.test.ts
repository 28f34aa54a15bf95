import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { keepRelease } from "./release-document.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const chart = "apps/server/deploy/chart/Chart.yaml";

test("a release keeps the document that it publishes, and its chart installs the program of its version", () => {
  const place = mkdtempSync(join(tmpdir(), "countersign-release-"));
  for (const folder of ["spec/dist", "spec/released"]) mkdirSync(join(place, folder), { recursive: true });
  cpSync(join(root, chart), join(place, chart), { recursive: true });
  writeFileSync(join(place, "apps/server/package.json"), JSON.stringify({ version: "4.5.6" }));
  writeFileSync(join(place, "spec/dist/openapi.json"), "{}");
  keepRelease(pathToFileURL(`${place}/`));
  expect(readFileSync(join(place, "spec/released/openapi.json"), "utf8")).toBe("{}");
  const before = readFileSync(join(root, chart), "utf8").split("\n");
  const changed = readFileSync(join(place, chart), "utf8").split("\n");
  expect(changed.filter((line, index) => line !== before[index])).toEqual(["version: 4.5.6", "appVersion: 4.5.6"]);
  expect(changed).toHaveLength(before.length);
  rmSync(place, { recursive: true });
});
