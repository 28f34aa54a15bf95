import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { runCommand } from "../../test-support/cli.ts";

const scratch = mkdtempSync(join(tmpdir(), "countersign-init-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(scratch, "project-"));
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});

/** Makes the project of files, of which a package.json is written from an object. */
function project(files: Record<string, string | object>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
  }
}

async function init(...words: string[]) {
  const { code, out, err } = await runCommand(["init", "--json", ...words]);
  expect([code, err]).toEqual([0, expect.stringMatching(/^(There is [^\n]+ as well, which --runner names\.\n)?$/)]);
  return JSON.parse(out);
}

const module = { type: "module" };
const having = (...names: string[]) => ({ devDependencies: Object.fromEntries(names.map((name) => [name, "*"])) });

test.each<[string, Record<string, string | object>, string, string]>([
  ["Vitest", { "package.json": { ...module, ...having("vitest") } }, "countersign.test.js", "npx vitest run FILE"],
  [
    "Vitest in TypeScript",
    { "package.json": { ...module, ...having("vitest", "typescript") } },
    "countersign.test.ts",
    "npx vitest run FILE",
  ],
  [
    "Vitest in TypeScript, of a CommonJS package with a folder of tests",
    { "package.json": having("vitest"), "tsconfig.json": "{}", "test/other.test.ts": "" },
    "test/countersign.test.mts",
    "npx vitest run FILE",
  ],
  [
    "Jest, in JavaScript also where there is TypeScript",
    { "package.json": having("jest", "typescript"), "tests/other.test.js": "" },
    "tests/countersign.test.js",
    "node --experimental-vm-modules node_modules/jest/bin/jest.js --runTestsByPath FILE",
  ],
  [
    "Playwright, in the folder that its configuration names",
    {
      "package.json": having("@playwright/test"),
      "playwright.config.ts":
        "// testDir: 'old'\nexport default { /* testDir: 'older' */ testMatch: '**/*.ts', testDir: './e2e' }; // **/",
      "test/unit.js": "",
    },
    "e2e/countersign.spec.mjs",
    "npx playwright test FILE",
  ],
  ["node:test, where there is no other", { "package.json": {} }, "countersign.test.mjs", "node --test FILE"],
  [
    "node:test in TypeScript, where something loads it",
    { "package.json": { ...module, ...having("tsx", "typescript") } },
    "countersign.test.ts",
    "node --import tsx --test FILE",
  ],
  [
    "node:test in JavaScript, where nothing loads TypeScript",
    { "package.json": { ...module, ...having("typescript") } },
    "countersign.test.js",
    "node --test FILE",
  ],
])("writes a test for %s", async (_, files, file, run) => {
  project(files);
  expect(await init()).toMatchObject({ file, run: run.replace("FILE", file) });
  expect(readFileSync(join(folder, file), "utf8")).toContain(
    "createVerificationCheck(client, { ServiceSid, To, Code })",
  );
});

/** A workspace whose whole has something, with a package in it. The command runs in the package's folder. */
function workspace(whole: object, part: object, files: Record<string, string> = {}): void {
  project({ "package.json": { workspaces: ["packages/*"], ...whole }, "packages/app/package.json": part, ...files });
  folder = join(folder, "packages/app");
  vi.spyOn(process, "cwd").mockReturnValue(folder);
}

test.each<[string, object, object, Record<string, string>, { run: string; install?: RegExp }]>([
  [
    "its runner, TypeScript and lock file",
    having("vitest", "typescript"),
    module,
    { "yarn.lock": "" },
    { install: /^yarn add --dev /, run: "yarn vitest run countersign.test.ts" },
  ],
  [
    "its tsconfig.json, the loader of it, and what its npm test runs",
    { ...having("jest", "tsx"), scripts: { test: "node --test" } },
    module,
    { "tsconfig.json": "{}" },
    { run: "node --import tsx --test countersign.test.ts" },
  ],
  [
    "the package manager that it names, whatever lock files there are",
    { packageManager: "pnpm@9.1.0+sha224.953c8233", workspaces: undefined },
    { ...module, ...having("vitest") },
    { "pnpm-workspace.yaml": "", "package-lock.json": "", "packages/app/yarn.lock": "" },
    { install: /^pnpm add --save-dev @/, run: "pnpm exec vitest run countersign.test.js" },
  ],
  [
    "Jest where the whole has it, or will have it",
    having("jest"),
    module,
    { "package-lock.json": "" },
    {
      install: /^npm install --save-dev /,
      run: "node --experimental-vm-modules ../../node_modules/jest/bin/jest.js --runTestsByPath countersign.test.js",
    },
  ],
  [
    "nothing that the package has another of itself",
    { ...having("vitest", "typescript"), scripts: { test: "vitest run" } },
    { ...module, ...having("jest") },
    { "pnpm-workspace.yaml": "", "pnpm-lock.yaml": "" },
    { run: "node --experimental-vm-modules node_modules/jest/bin/jest.js --runTestsByPath countersign.test.js" },
  ],
])("in a package of a workspace goes by what the whole has: %s", async (_, whole, part, files, { install, run }) => {
  workspace(whole, part, files);
  const told = await init();
  expect(told.run).toBe(run);
  if (install) expect(told.install).toMatch(install);
});

test("a package that is in no workspace has nothing of the folders above it, and the whole of one is told to pnpm", async () => {
  workspace({ workspaces: undefined, ...having("vitest") }, {}, { "yarn.lock": "" });
  expect(await init()).toMatchObject({ runner: "node:test", install: expect.stringMatching(/^npm install /) });
  folder = join(folder, "../..");
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  project({ "pnpm-workspace.yaml": "", "package.json": { packageManager: "pnpm@9.1.0" } });
  expect((await init()).install).toMatch(/^pnpm add --save-dev --workspace-root @/);
});

test.each([
  ["jestful --watch", "vitest"],
  ["vitest run --config jest.config.js", "vitest"],
  ["react-app test --testTimeout=5", "vitest"],
  ["node --experimental-vm-modules node_modules/jest/bin/jest.js", "jest"],
  ["NODE_OPTIONS=--no-warnings npx jest@29", "jest"],
  ["tsc&&jest", "jest"],
  ["node --test-concurrency=1 --test", "node:test"],
])("npm test runs by its words: %s is %s", async (script, runner) => {
  project({ "package.json": { ...having("jest", "vitest"), scripts: { test: script } } });
  expect(await init()).toMatchObject({ runner });
});

test.each([
  '{"scripts":null}',
  '{"scripts":{"test":5},"dependencies":null,"devDependencies":["jest"],"type":1,"packageManager":{}}',
  '\ufeff{"scripts":[]}',
])("reads a package.json that npm reads: %j", async (text) => {
  project({ "package.json": text });
  expect(await init()).toMatchObject({ runner: "node:test", file: "countersign.test.mjs" });
});

test.each([
  ["a b", '"a b/countersign.test.js"'],
  ["(it's)", `"(it's)/countersign.test.js"`],
  ["$HOME's", `'$HOME'\\''s/countersign.test.js'`],
  ["-x", "./-x/countersign.test.js"],
])("the command that it shows can be pasted, whatever the folder is called: %s", async (dir, word) => {
  project({ "package.json": { ...module, ...having("vitest") } });
  const { run, file } = await init(`--dir=${dir}`);
  expect([file, run]).toEqual([`${dir}/countersign.test.js`, `npx vitest run ${word}`]);
});

test("writes nothing outside the project, by whatever way it would lead there", async () => {
  project({ "app/package.json": module, "outside/other.txt": "" });
  const outside = join(folder, "outside");
  folder = join(folder, "app");
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  symlinkSync(outside, join(folder, "linked"));
  symlinkSync(outside, join(folder, "test"));
  for (const words of [["--dir", "../outside"], ["--dir", outside], ["--dir", "linked/deeper"], []]) {
    const { code, out, err } = await runCommand(["init", ...words]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(
      /^\S+countersign\.test\.js is not in the folder of this project\. --dir names one that is\.\n$/,
    );
  }
  expect(readdirSync(outside)).toEqual(["other.txt"]);
  expect(await init("--dir", join(folder, "..in"))).toMatchObject({ file: "..in/countersign.test.js" });
});

test("a file that is called as a folder of tests would be is none", async () => {
  project({ "package.json": {}, test: "a file" });
  expect(await init()).toMatchObject({ file: "countersign.test.mjs" });
});

test("of several runners takes the one that npm test runs, else the first, and names the others", async () => {
  const several = having("@playwright/test", "jest", "vitest");
  project({ "package.json": { ...several, scripts: { test: "playwright test" } } });
  const { out, err } = await runCommand(["init"]);
  expect(out).toMatch(/^Wrote countersign\.spec\.mjs, a test for playwright\.\n/);
  expect(err).toBe("There is vitest and jest as well, which --runner names.\n");
  expect(await init("--runner", "jest")).toMatchObject({ runner: "jest", file: "countersign.test.js" });
  project({ "package.json": { ...several, scripts: { test: "node --import tsx --test" } } });
  const { runner, file } = await init();
  expect([runner, file]).toEqual(["node:test", "countersign.test.mjs"]);
  rmSync(join(folder, file));
  project({ "package.json": several });
  expect(await init()).toMatchObject({ runner: "vitest" });
});

test.each([
  ["package-lock.json", "npm install --save-dev", "npx"],
  ["pnpm-lock.yaml", "pnpm add --save-dev", "pnpm exec"],
  ["yarn.lock", "yarn add --dev", "yarn"],
  ["bun.lock", "bun add --dev", "bunx"],
])("where there is %s, says what to install with %s, and nothing once all is there", async (lock, add, exec) => {
  project({ "package.json": module, [lock]: "" });
  const { out } = await runCommand(["init", "--runner", "vitest"]);
  expect(out.split("\n").slice(1)).toEqual([
    `Install what it needs:  ${add} @countersign/testing @countersign/client vitest`,
    `Run it:  ${exec} vitest run countersign.test.js`,
    "",
  ]);
  // Node looks in the folders above as well, as a workspace has it.
  for (const name of ["@countersign/testing", "@countersign/client", "vitest"])
    project({ [`node_modules/${name}/package.json`]: {}, "packages/app/package.json": module });
  vi.spyOn(process, "cwd").mockReturnValue(join(folder, "packages/app"));
  expect(await init("--runner", "vitest")).not.toHaveProperty("install");
});

test("overwrites nothing, not what a link leads to either, and writes elsewhere when it is told to", async () => {
  project({ "package.json": module, "countersign.test.js": "mine" });
  const err = "countersign.test.js is there already, and is left as it is. --dir names another folder.\n";
  expect(await runCommand(["init"])).toEqual({ code: 1, out: "", err });
  expect(readFileSync(join(folder, "countersign.test.js"), "utf8")).toBe("mine");
  expect(await init("--dir", "checks/sms")).toMatchObject({ file: "checks/sms/countersign.test.js" });
  mkdirSync(join(folder, "linked"));
  symlinkSync(join(folder, "nowhere"), join(folder, "linked/countersign.test.js"));
  expect((await runCommand(["init", "--dir", "linked"])).code).toBe(1);
});

test.each([
  [{}, 'There is no package.json here. Go to the folder of one, or make one with "npm init --yes".\n'],
  [{ "package.json": "{" }, /^package\.json cannot be read: [^\n]+\n$/],
  [{ "package.json": '{\n "a": 1,\n x\n}' }, /^package\.json cannot be read: [^\n]+\n$/],
  [{ "package.json": "[]" }, "package.json cannot be read: it is no object\n"],
  [{ "package.json": "null" }, "package.json cannot be read: it is no object\n"],
  [{ "package.json": {}, made: "a file" }, /^made\/here\/countersign\.test\.mjs cannot be written: ENOTDIR\n$/],
])("says in one line what keeps it from writing: %j", async (files, expected) => {
  project(files);
  const { code, out, err } = await runCommand(["init", "--dir", "made/here"]);
  expect([code, out]).toEqual([1, ""]);
  if (typeof expected === "string") expect(err).toBe(expected);
  else expect(err).toMatch(expected);
});
