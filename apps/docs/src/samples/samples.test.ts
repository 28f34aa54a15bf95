import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { addSamples, samplesOf } from "./samples.ts";

const source = document as unknown as OpenApiDocument;
const folder = fileURLToPath(new URL("../../dist/samples/", import.meta.url));

test("every operation shows a sample for curl, for the client and for the official SDK", () => {
  const shown = structuredClone(source);
  addSamples(shown, samplesOf(shown));
  for (const { operation } of operationsOf(shown)) {
    const samples = operation["x-codeSamples"] ?? [];
    expect(samples.map((sample) => sample.label)).toEqual(["curl", "Client", "Twilio SDK"]);
    expect(samples[0]?.source).toContain("curl ");
    expect(samples[1]?.source).toContain('from "@countersign/client"');
    expect(samples[2]?.source).toContain('from "twilio"');
  }
});

test("every client and SDK sample type-checks as it stands", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  expect(files).toHaveLength(2 * operationsOf(source).length);
  const options = [
    ...["--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals"],
    ...["--target", "es2023", "--module", "nodenext", "--skipLibCheck", "--types", "node", "--ignoreConfig"],
  ];
  // In a fifth of the time that 5.9 takes.
  const compiler = fileURLToPath(new URL("../../../../node_modules/typescript-7/bin/tsc", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--singleThreaded", ...options, ...files], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, ""]);
});

test("a call of v1's Dashboard is signed over the parameters in the order of their names", () => {
  const { curl } = samplesOf(source).find((samples) => samples.operationId === "updateApplication") ?? { curl: "" };
  expect(curl).toContain("$nonce|POST|$url|access_key=sandbox-access&app_api_key=sandbox-app&name=Acme+Bank");
});
