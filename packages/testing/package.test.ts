import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

/** What each runner prints when all has passed, the test that `countersign init` has made among them. */
const results = {
  vitest: /Tests +6 passed \(6\)/,
  jest: /Tests: +6 passed, 6 total/,
  playwright: /5 passed/,
  "node-test": /pass 6/,
};

let tarballs: string[];
let registry: Awaited<ReturnType<typeof startRegistry>> | undefined;
beforeAll(async () => {
  const folder = join(scratch, "tarballs");
  mkdirSync(folder);
  const packed = ["packages/types", "packages/client", "packages/testing", "apps/server"].map((path) => `./${path}`);
  await run("npm", ["pack", "--pack-destination", folder, ...packed], { cwd: root });
  tarballs = readdirSync(folder).map((name) => join(folder, name));
  if (isWhole) registry = await startRegistry(root, installed, tarballs);
  for (const name of Object.keys(results)) cpSync(new URL(name, examples), join(scratch, name), { recursive: true });
});
afterAll(() => {
  registry?.close();
  rmSync(scratch, { recursive: true });
});

test.each(Object.entries(results))(
  "the tests of a new project with %s pass on the packages alone",
  async (name, passed) => {
    const project = join(scratch, name);
    await (isWhole ? install : layOut)(project);
    const { runner, install: missing } = await initIn(project);
    expect([runner, missing]).toEqual([name.replace("-", ":"), undefined]);
    const { stdout, stderr } = await run("sh", ["-c", manifestOf(project).scripts?.test ?? ""], {
      cwd: project,
      env: await environment(join(project, commands)),
    });
    expect(stdout + stderr).toMatch(passed);
    expect(stdout + stderr).not.toMatch(/did not exit|timed out/);
  },
);

test.runIf(isWhole).each([
  ["vitest", ["vitest", "typescript"]],
  ["jest", ["jest"]],
  ["playwright", ["@playwright/test", "typescript"]],
  ["node:test", []],
  ["node:test", ["typescript", "tsx"]],
])(
  "in a CommonJS package the two commands that init prints for %s with %j are all that its test needs",
  async (runner, packages) => {
    const project = mkdtempSync(join(scratch, "script-"));
    const devDependencies = Object.fromEntries(packages.map((name) => [name, "*"]));
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, devDependencies }));
    linkPackages(root, installed, packages, project);
    const env = {
      ...(await environment(join(project, commands))),
      npm_config_registry: registry?.url,
      npm_config_cache: join(scratch, "npm"),
    };
    const made = JSON.parse(
      (await run(process.execPath, [join(root, "apps/server/dist/main.js"), "init", "--json"], { cwd: project }))
        .stdout,
    );
    expect(made).toMatchObject({ runner, install: "npm install --save-dev @countersign/testing @countersign/client" });
    await run("sh", ["-c", made.install], { cwd: project, env });
    const { stdout, stderr } = await run("sh", ["-c", made.run], { cwd: project, env });
    expect(stdout + stderr).toMatch(/Tests:? +1 passed|1 passed|pass 1/);
  },
);

/** Has a test made where the project has none of that name. */
async function initIn(project: string): Promise<{ runner: string; install?: string; file: string; run: string }> {
  const program = join(project, "node_modules/@countersign/server/dist/main.js");
  return JSON.parse((await run(process.execPath, [program, "init", "--json"], { cwd: project })).stdout);
}

/**
 * Gives a project what npm would install: ours as they are packed, the rest from where it lies in the workspace. An
 * installation takes several times as long as a project's tests, and a full run has one for each.
 */
async function layOut(project: string): Promise<void> {
  const wanted = new Set(Object.keys(wantedBy(project)));
  for (const tarball of tarballs) {
    const folder = join(project, "node_modules/@countersign", tarball.split("-").at(-2) ?? "");
    mkdirSync(folder, { recursive: true });
    await run("tar", ["-xf", tarball, "--strip-components=1", "-C", folder]);
    for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) wanted.add(name);
  }
  mkdirSync(join(project, commands));
  for (const name of wanted) {
    const link = join(project, "node_modules", name);
    if (existsSync(link)) continue;
    const folders = ["apps/server/node_modules", "node_modules"].map((path) => join(root, path, name));
    const found = folders.find((folder) => existsSync(folder));
    if (!found) throw new Error(`The workspace has no ${name}.`);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(found, link);
    for (const [command, file] of Object.entries(manifestOf(link).bin ?? {})) {
      symlinkSync(join(link, file), join(project, commands, command));
    }
  }
}

interface Manifest {
  bin?: Record<string, string>;
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
  await run("npm", ["install", `--registry=${registry?.url}`, cache, "--no-audit", "--no-fund"], { cwd: project });
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
