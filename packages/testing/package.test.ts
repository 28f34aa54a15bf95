import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sparticuz from "@sparticuz/chromium";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../scripts/budget.ts";
import { startRegistry } from "./test-support/registry.ts";
import { linkPackages, readInstalled } from "./test-support/workspace.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const examples = new URL("./examples/", import.meta.url);
// Not below the workspace, whose packages would be found from there.
const scratch = mkdtempSync(join(tmpdir(), "countersign-testing-"));

const commands = "node_modules/.bin";
const installed = readInstalled(root);

/** What each runner prints when all has passed. */
const results = {
  vitest: /Tests +5 passed \(5\)/,
  jest: /Tests: +5 passed, 5 total/,
  playwright: /3 passed/,
  "node-test": /pass 5/,
};

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  const tarballs = join(scratch, "tarballs");
  mkdirSync(tarballs);
  const folders = ["packages/types", "packages/client", "packages/testing", "apps/server"].map((path) => `./${path}`);
  await run("npm", ["pack", "--pack-destination", tarballs, ...folders], { cwd: root });
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  registry = await startRegistry(root, installed, files);
  for (const name of Object.keys(results)) cpSync(new URL(name, examples), join(scratch, name), { recursive: true });
  if (!isWhole) await installTogether(Object.keys(results).map((name) => join(scratch, name)));
});
afterAll(() => {
  registry.close();
  rmSync(scratch, { recursive: true });
});

test.each(Object.entries(results))(
  "a new project with %s installs the packages with npm alone, and its tests pass",
  async (name, passed) => {
    const project = join(scratch, name);
    if (isWhole) await install(project);
    const { stdout, stderr } = await run("sh", ["-c", manifestOf(project).scripts?.test ?? ""], {
      cwd: project,
      env: await environment(join(project, commands)),
    });
    expect(stdout + stderr).toMatch(passed);
    expect(stdout + stderr).not.toMatch(/did not exit|timed out/);
  },
);

/**
 * Has npm install what all projects want at once, and gives each what it would have got alone, so that none finds what
 * only another one wants: an installation takes longer than a project's tests.
 */
async function installTogether(projects: string[]): Promise<void> {
  const all = join(scratch, "all");
  mkdirSync(all);
  const devDependencies = Object.assign({}, ...projects.map(wantedBy));
  writeFileSync(join(all, "package.json"), JSON.stringify({ private: true, devDependencies }));
  await install(all);
  const found = readInstalled(all);
  for (const project of projects) {
    linkPackages(all, found, Object.keys(wantedBy(project)), project);
    cpSync(join(all, commands), join(project, commands), { recursive: true, verbatimSymlinks: true });
  }
}

interface Manifest {
  scripts?: { test?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function wantedBy(project: string): Record<string, string> {
  const { dependencies, devDependencies } = manifestOf(project);
  return { ...dependencies, ...devDependencies };
}

/** The runners are found in place: npm takes long to install them, and shows nothing more. */
async function install(project: string): Promise<void> {
  const runners = Object.keys(wantedBy(project)).filter((name) => !name.startsWith("@countersign/"));
  linkPackages(root, installed, runners, project);
  const cache = `--cache=${join(scratch, "npm")}`;
  await run("npm", ["install", `--registry=${registry.url}`, cache, "--no-audit", "--no-fund"], { cwd: project });
}

async function environment(path: string): Promise<NodeJS.ProcessEnv> {
  const { VITEST, NODE_OPTIONS, JEST_WORKER_ID, ...env } = process.env;
  const hasPackage = process.platform === "linux" && process.arch === "x64";
  const chromium = env.CHROMIUM_PATH ?? (hasPackage ? await sparticuz.executablePath() : undefined);
  return {
    ...env,
    PATH: `${path}:${env.PATH}`,
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    ...(chromium && { CHROMIUM_PATH: chromium }),
  };
}
