import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publishedPackages } from "./published.ts";

/** One process for all packages: the checkers take longer to load than to look. */

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "countersign-published-"));
const tarballOf = (name: string) =>
  join(
    scratch,
    readdirSync(scratch).find((file) => file.startsWith(`${name.replace("@", "").replace("/", "-")}-`)) ?? "",
  );
const names = publishedPackages.map(({ name }) => name);

beforeAll(async () => {
  const all = publishedPackages.map(({ folder }) => `./${folder}`);
  await promisify(execFile)("npm", ["pack", "--pack-destination", scratch, ...all], { cwd: root });
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** What can only `require`, or reads no `exports`, our packages are not for. */
const isForUs = (problem: Problem) =>
  !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));

test.each(names)("what %s publishes is found, with its types, by all that read ES modules", async (name) => {
  const bytes = new Uint8Array(readFileSync(tarballOf(name)));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  expect(analysis.types && analysis.problems.filter(isForUs)).toEqual([]);
});

test.each(names)("%s publishes what was built, its licence and what is to be read, in at most 5 MB", async (name) => {
  const file = tarballOf(name);
  expect(statSync(file).size).toBeLessThanOrEqual(5_000_000);
  const others = (await filesIn(file)).filter((path) => !path.startsWith("package/dist/"));
  expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"].map((path) => `package/${path}`));
});

test.each(names)("nothing that %s asks for, at once or later, is missing where it is installed", async (name) => {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", tarballOf(name), "-C", folder, "--strip-components=1"]);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const installed = { ...dependencies, ...peerDependencies };
  const files = readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" });
  const { metafile } = await build({
    entryPoints: files.filter((file) => /^[\w.-]+\.js$/.test(file)).map((file) => join(folder, "dist", file)),
    ...{ bundle: true, platform: "node", format: "esm", packages: "external", write: false, outdir: folder },
    ...{ metafile: true, logLevel: "silent" },
  });
  const asked = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const missing = asked.filter(({ path, kind }) => {
    const [scope = "", own] = path.split("/");
    // What a library asks for by a try, as of a speed-up that few have, it does without.
    return (
      kind !== "require-call" &&
      !isBuiltin(path) &&
      !((own && scope[0] === "@" ? `${scope}/${own}` : scope) in installed)
    );
  });
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test("the published server has the pages that it serves, and nothing is installed with it that its own files have", async () => {
  const file = tarballOf("@countersign/server");
  const files = await filesIn(file);
  for (const page of ["console", "docs"]) expect(files).toContain(`package/dist/${page}/index.html`);
  const { stdout } = await promisify(execFile)("tar", ["-xzOf", file, "package/package.json"]);
  const inside = files.flatMap((path) => /^package\/dist\/licences\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  expect(inside).toContain("commander");
  expect(inside.filter((name) => name in JSON.parse(stdout).dependencies)).toEqual([]);
});

test("each file of the published server can be run, those that are read when something asks for them as well", async () => {
  const folder = new URL("../apps/server/dist/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "main.js");
  const urls = files.map((name) => new URL(name, folder).href);
  const program = `for (const url of ${JSON.stringify(urls)}) await import(url);`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
});

async function filesIn(tarball: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("tar", ["-tzf", tarball]);
  return stdout.split("\n").filter((path) => path !== "" && !path.endsWith("/"));
}
