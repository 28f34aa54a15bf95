import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, withoutNull } from "./tools.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const file = fileURLToPath(import.meta.resolve("@countersign/spec/openapi.json"));
const compiler = fileURLToPath(new URL("../../node_modules/typescript-7/bin/tsc", import.meta.url));
const document = readFileSync(file, "utf8");
const require = createRequire(import.meta.url);

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  rmSync(`${folder}generated`, { recursive: true, force: true });
  mkdirSync(`${folder}generated`);
  writeFileSync(`${folder}generated/openapi.json`, document);
  writeFileSync(`${folder}generated/without-null.json`, withoutNull(document));
  for (const [tool = "", ...args] of Object.values(commands)) await run(`node_modules/.bin/${tool}`, args);
}, 600_000);
afterAll(() => sandbox.close());

describe("code that generators make of the document", () => {
  test("compiles in strict mode, with programs that call it", async () => {
    expect(await run(process.execPath, [compiler, "-p", "."])).toBe("");
  });

  test.each(Object.keys(commands))(
    "by %s starts and checks a verification, and knows an error by its code",
    async (tool) => {
      const { call } = await import(`./calls/${tool}.ts`);
      const authorization = `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`;
      const service = "VA00000000000000000000000000000001";
      const numbers = { to: "+12025550123", code: "123456", refused: "+15005560203" };
      const told = await call({ baseUrl: sandbox.url, service, headers: { authorization }, ...numbers });
      expect(told).toEqual({ started: "pending", checked: "approved", isFull: true });
    },
  );
});

test("Spectral's rules for OpenAPI find nothing in the document, not even a hint", async () => {
  const { Spectral } = require("@stoplight/spectral-core");
  const { oas } = require("@stoplight/spectral-rulesets");
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[oas, "recommended"]] });
  expect(await spectral.run(document)).toEqual([]);
});

test("Postman's converter, on which Portman builds, fills in forms from the document's examples", async () => {
  const { convertV2 } = require("openapi-to-postmanv2");
  const convert = promisify<unknown, unknown, { output: [{ data: unknown }] }>(convertV2);
  const options = { parametersResolution: "Example" };
  const { output } = await convert({ type: "json", data: JSON.parse(document) }, options);
  const fields: { key: string; value: string }[] = [];
  JSON.stringify(output[0].data, (key, value) => {
    if (key === "urlencoded") fields.push(...value);
    return value;
  });
  const valuesOf = (name: string) => [...new Set(fields.filter(({ key }) => key === name).map(({ value }) => value))];
  expect(valuesOf("To")).toEqual(["+12025550123"]);
  expect(valuesOf("Channel")).toEqual(["sms"]);
  expect(valuesOf("Code")).toEqual(["123456"]);
  expect(valuesOf("phone_number")).toEqual(["202-555-0123", "202-555-0150"]);
});

const hasValidator = spawnSync("python3", ["-c", "import openapi_spec_validator"]).status === 0;
test(
  hasValidator
    ? "Python's openapi-spec-validator takes the document"
    : "python3 has no openapi-spec-validator here, so what Python reads is not tested",
  async () => {
    const program = "import json, sys, openapi_spec_validator as v; v.validate(json.load(open(sys.argv[1])))";
    if (hasValidator) expect(await run("python3", ["-c", program, file])).toBe("");
  },
);

/** Runs a program in this folder. @returns what it printed @throws with that where it fails */
async function run(program: string, args: string[]): Promise<string> {
  const env = { ...process.env, DOCUMENT: file, BASE_URL: sandbox.url };
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 2 ** 24 }).catch(
    (error) => {
      throw new Error(`${program} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
    },
  );
  return stdout;
}
