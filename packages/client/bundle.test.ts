import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { build, type Platform } from "esbuild";
import { expect, test } from "vitest";
import { isWhole } from "../../scripts/budget.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What callers get who bundle a program for a browser, or else for Node. */
async function bundle(contents: string, platform: Platform = "browser"): Promise<string> {
  const stdin = { contents, resolveDir: folder };
  const options = { bundle: true, minify: true, format: "esm", platform, write: false } as const;
  const { outputFiles } = await build({ stdin, ...options, logLevel: "error" });
  return outputFiles[0]?.text ?? "";
}

/** The same program twice: it starts a verification and checks a code. */
const byName = `import { createClient } from "@countersign/client";
  import { createVerification, createVerificationCheck } from "@countersign/client/operations";
  const client = createClient({ accountSid: "AC1", authToken: "t" });
  await createVerification(client, { ServiceSid: "VA1", To: "+12025550123", Channel: "sms" });
  console.log(await createVerificationCheck(client, { ServiceSid: "VA1", To: "+12025550123", Code: "123456" }));`;
const bySdk = `import twilio from "twilio";
  const service = twilio("AC1", "t").verify.v2.services("VA1");
  await service.verifications.create({ to: "+12025550123", channel: "sms" });
  console.log(await service.verificationChecks.create({ to: "+12025550123", code: "123456" }));`;

test("a program that calls two operations by name carries no other one", async () => {
  const code = await bundle(byName);
  const carried = operationsOf(document as unknown as OpenApiDocument).filter(({ path }) => code.includes(`"${path}"`));
  expect(carried.map(({ operation }) => operation.operationId)).toEqual([
    "createVerification",
    "createVerificationCheck",
  ]);
  expect(code).not.toMatch(/Throws|paginate[A-Z]/);
});

test("no more does one that imports all of them under one name", async () => {
  const named = byName.replace("{ createVerification, createVerificationCheck }", "* as verify");
  const code = await bundle(named.replaceAll(/createVerification(Check)?\(/g, "verify.$&"));
  expect(code.match(/"\/v2\/[^"]*"/g)).toHaveLength(2);
});

test("it is as large as the README says", async () => {
  expect(rowOf("this client")).toBe(`${kilobytes(await bundle(byName)).toFixed(1)} kB`);
});

// It takes seconds to bundle, and asks for what only Node has.
test.runIf(isWhole)("the same with the official SDK is as large as the README says", async () => {
  expect(rowOf("the official SDK")).toBe(`${kilobytes(await bundle(bySdk, "node")).toFixed(0)} kB`);
});

const kilobytes = (code: string) => gzipSync(code).length / 1000;

function rowOf(name: string): string | undefined {
  return RegExp(`\\| ${name} +\\| (\\S+ kB)`).exec(readFileSync(`${folder}README.md`, "utf8"))?.[1];
}
