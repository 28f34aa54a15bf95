import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";

/** One process for all packages: the checkers take longer to load than to look. */

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "countersign-published-"));
const folders = {
  types: "packages/types",
  client: "packages/client",
  contract: "packages/contract",
  testing: "packages/testing",
  server: "apps/server",
};

beforeAll(async () => {
  const all = Object.values(folders).map((folder) => `./${folder}`);
  await promisify(execFile)("npm", ["pack", "--pack-destination", scratch, ...all], { cwd: root });
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** What can only `require`, or reads no `exports`, our packages are not for. */
const isForUs = (problem: Problem) =>
  !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));

test.each(Object.keys(folders))(
  "what @countersign/%s publishes is found, with its types, by all that read ES modules",
  async (name) => {
    const file = readdirSync(scratch).find((tarball) => tarball.startsWith(`countersign-${name}-`)) ?? "";
    const bytes = new Uint8Array(readFileSync(join(scratch, file)));
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const analysis = await checkPackage(createPackageFromTarballData(bytes));
    expect(analysis.types && analysis.problems.filter(isForUs)).toEqual([]);
  },
);

test("the published server has the pages that it serves", async () => {
  const file = readdirSync(scratch).find((tarball) => tarball.startsWith("countersign-server-")) ?? "";
  const { stdout } = await promisify(execFile)("tar", ["-tzf", join(scratch, file)]);
  const names = stdout.split("\n");
  for (const page of ["console", "docs"]) expect(names).toContain(`package/dist/${page}/index.html`);
});
