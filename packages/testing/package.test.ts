import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sparticuz from "@sparticuz/chromium";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRegistry } from "./test-support/registry.ts";
import { linkPackages, readInstalled } from "./test-support/workspace.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = new URL("./examples/", import.meta.url);
// Not below the workspace, whose packages would be found from there.
const scratch = mkdtempSync(join(tmpdir(), "countersign-testing-"));

const installed = readInstalled(root);

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  const tarballs = join(scratch, "tarballs");
  mkdirSync(tarballs);
  const folders = ["packages/types", "packages/client", "packages/testing", "apps/server"].map((path) => `./${path}`);
  await run("npm", ["pack", "--pack-destination", tarballs, ...folders], { cwd: root });
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  registry = await startRegistry(root, installed, files);
});
afterAll(() => {
  registry.close();
  rmSync(scratch, { recursive: true });
});

/** What each runner prints when all has passed. */
const results = {
  vitest: /Tests +5 passed \(5\)/,
  jest: /Tests: +5 passed, 5 total/,
  playwright: /3 passed/,
  "node-test": /pass 5/,
};

test.each(Object.entries(results))(
  "a new project with %s installs the packages with npm alone, and its tests pass",
  async (name, passed) => {
    const project = join(scratch, name);
    cpSync(new URL(name, examples), project, { recursive: true });
    linkPackages(root, installed, namesInPlace(project), project);
    const cache = `--cache=${join(scratch, "npm")}`;
    await run("npm", ["install", `--registry=${registry.url}`, cache, "--no-audit", "--no-fund"], { cwd: project });
    const { stdout, stderr } = await run("npm", ["test"], { cwd: project, env: await environment() });
    expect(stdout + stderr).toMatch(passed);
    expect(stdout + stderr).not.toMatch(/did not exit|timed out/);
  },
);

/**
 * What the project with node:test has npm install, it alone, and the others find in place: it takes npm long, and shows
 * nothing more. The same goes for the runners.
 */
function namesInPlace(project: string): string[] {
  const names = [manifestOf(project), manifestOf(join(root, "apps/server"))].flatMap(
    ({ dependencies, devDependencies }, index) => Object.keys({ ...dependencies, ...(index === 0 && devDependencies) }),
  );
  const isBare = project.endsWith("node-test");
  return isBare ? [] : names.filter((name) => !name.startsWith("@countersign/"));
}

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

async function environment(): Promise<NodeJS.ProcessEnv> {
  const { VITEST, NODE_OPTIONS, JEST_WORKER_ID, ...env } = process.env;
  const hasPackage = process.platform === "linux" && process.arch === "x64";
  const path = env.CHROMIUM_PATH ?? (hasPackage ? await sparticuz.executablePath() : undefined);
  return { ...env, NO_COLOR: "1", FORCE_COLOR: "0", ...(path && { CHROMIUM_PATH: path }) };
}
