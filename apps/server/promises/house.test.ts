import { readdirSync, readFileSync } from "node:fs";
import { operationsOf } from "@countersign/document";
import { expect, it } from "vitest";
import { bundledDocument } from "../src/http/bundled-document.ts";

/** The folder of each tag of the document that has operations. */
const folders: Record<string, string> = {
  Verifications: "verifications",
  "Verification checks": "verifications",
  Attempts: "attempts",
  Receipts: "delivery",
  Services: "services",
  "Rate limits": "rate-limits",
  Buckets: "rate-limits",
  "Messaging configurations": "messaging-configurations",
  Templates: "templates",
  "Safe list": "safe-list",
  Forms: "forms",
  "Access tokens": "access-tokens",
  Entities: "entities",
  Factors: "factors",
  Challenges: "challenges",
  Notifications: "notifications",
  Passkeys: "passkeys",
  Webhooks: "webhooks",
  Lookup: "sandbox",
  Console: "console",
  Sandbox: "sandbox",
  "V1 phone verification": "v1",
  "V1 application": "v1",
  "V1 dashboard": "v1",
};

const sources = new URL("../src/", import.meta.url);

it("has a handler of every operation in the folder of its tag, and nowhere else", async () => {
  const wanted = operationsOf(bundledDocument).map(({ operation: { operationId, tags = [] } }) => {
    const found = tags.map((tag) => folders[tag] ?? `no folder for ${tag}`);
    return [operationId, [...new Set(found)]];
  });
  expect(Object.fromEntries(await handledIn())).toEqual(Object.fromEntries(wanted));
});

it("has nothing but the wiring at the root of the sources", () => {
  const files = readdirSync(sources).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(files.sort()).toEqual(["config.ts", "index.ts", "main.ts", "serve.ts", "server.ts"]);
});

/** The folders that have a handler of each operation: what their functions called `…Handlers` give. */
async function handledIn(): Promise<Map<string, string[]>> {
  const handled = new Map<string, Set<string>>();
  for (const name of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    const file = new URL(name, sources);
    if (!name.endsWith(".ts") || !/^export function \w+Handlers\(/m.test(readFileSync(file, "utf8"))) continue;
    const [folder = ""] = name.split("/");
    for (const [exported, make] of Object.entries(await import(file.href))) {
      // Nothing is asked of the parts until a request comes.
      const handlers = exported.endsWith("Handlers") ? (make as (parts: object) => object)({}) : {};
      for (const id of Object.keys(handlers)) handled.set(id, (handled.get(id) ?? new Set()).add(folder));
    }
  }
  return new Map([...handled].map(([id, where]) => [id, [...where]]));
}
