import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const server = new URL("../apps/server/dist/", import.meta.url);

test("a sandbox reads at most 3 MB to start, and neither what it would send by nor what other databases ask for", async () => {
  const program = `
    const { startSandbox } = require(${JSON.stringify(fileURLToPath(new URL("index.js", server)))});
    startSandbox().then(async (sandbox) => {
      console.log(JSON.stringify(Object.keys(require.cache)));
      await sandbox.close();
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", program]);
  const read = (JSON.parse(stdout) as string[]).filter((file) => !file.endsWith(".node"));
  const bytes = read.map((file) => statSync(file).size).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(3_000_000);
  const texts = read.map((file) => readFileSync(file, "utf8")).join("\n");
  const libraries = [...texts.matchAll(/^\/\/#region .*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map(([, name]) => name);
  expect(libraries).toContain("ajv");
  for (const name of ["nodemailer", "smpp", "pg", "pino", "prom-client", "yaml"]) expect(libraries).not.toContain(name);
});

test("the server's copy of the document has all but what only people read", () => {
  const document = (url: URL) => JSON.parse(readFileSync(url, "utf8"));
  const copy = document(new URL("openapi.json", server));
  const whole = document(new URL("../spec/dist/openapi.json", import.meta.url));
  const isProse = (name: string, value: unknown) => /^(description|summary)$/.test(name) && typeof value === "string";
  const without = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(without);
    if (typeof node !== "object" || node === null) return node;
    const members = Object.entries(node).filter(([name, value]) => !isProse(name, value));
    return Object.fromEntries(members.map(([name, value]) => [name, without(value)]));
  };
  expect(without(copy)).toEqual(without(whole));
  // A refusal tells what a long pattern asks for by its description, and examples are answered as they are.
  expect(copy.components.examples).toEqual(whole.components.examples);
  const patterns = (node: object): object[] =>
    Object.values(node).flatMap((part) =>
      typeof part === "object" && part !== null ? [...("pattern" in part ? [part] : []), ...patterns(part)] : [],
    );
  const told = patterns(whole.components.schemas).filter((schema) => "description" in schema);
  expect(told.length).toBeGreaterThan(0);
  expect(patterns(copy.components.schemas)).toEqual(expect.arrayContaining(told));
});
