import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
    "node --experimental-vm-modules node_modules/jest/bin/jest.js FILE",
  ],
  [
    "Playwright, in the folder that its configuration names",
    {
      "package.json": having("@playwright/test"),
      "playwright.config.ts": "export default { testDir: './e2e' };",
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
  [{ "package.json": {}, made: "a file" }, /^made\/here\/countersign\.test\.mjs cannot be written: ENOTDIR\n$/],
])("says in one line what keeps it from writing: %j", async (files, expected) => {
  project(files);
  const { code, out, err } = await runCommand(["init", "--dir", "made/here"]);
  expect([code, out]).toEqual([1, ""]);
  if (typeof expected === "string") expect(err).toBe(expected);
  else expect(err).toMatch(expected);
});
