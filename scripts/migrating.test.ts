import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "@countersign/server";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runnable, type Snippet, snippetsIn } from "./snippets.ts";

const run = promisify(execFile);
const guide = readFileSync(new URL("../spec/guides/migrating.md", import.meta.url), "utf8");

/** What each half of a pair prints on the sandbox, by the section that it stands in. */
const outcomes: Record<string, RegExp> = {
  Start: /"uuid":|"sid":|^[0-9a-f-]{36}$|^VE[0-9a-f]{32}$/m,
  Status: /"status":"pending"|^pending$/m,
  Check: /"message":"Verification code is correct."|"status":"approved"|^Welcome\.$/m,
  Feedback: /"outcome":"received"|"status":"approved"/,
  Application: /"name":"Acme"|"friendly_name":"Acme"/,
  "Line of a number": /"type":"cellphone"|"lookup_enabled":true/,
};

type Pair = [name: string, section: string, v1: Snippet, v2: Snippet];

/** The snippets of each section in twos: first v1, then v2. */
const pairs = guide.split(/^## /m).flatMap((text): Pair[] => {
  const section = text.split("\n", 1)[0] ?? "";
  const snippets = snippetsIn(text, "migrating.md");
  return snippets.flatMap((v1, index): Pair[] => {
    const v2 = snippets[index + 1];
    return index % 2 === 0 && v2 ? [[`${section}, ${v1.language} and ${v2.language}`, section, v1, v2]] : [];
  });
});

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  // Beside this file, so that the snippets' imports resolve as a user's would.
  folder = mkdtempSync(fileURLToPath(new URL(".migrating-", import.meta.url)));
});
beforeEach(() => v2("POST", "/sandbox/reset"));
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

test("the guide has pairs for every call that has a counterpart", () => {
  expect([...new Set(pairs.map(([, section]) => section))]).toEqual(Object.keys(outcomes));
  for (const [, , first, second] of pairs) {
    const isV2 = ({ code }: Snippet) => /\/v2\/|@countersign\/client\/operations/.test(code);
    expect([first, second].map(isV2)).toEqual([false, true]);
  }
});

test.each(pairs)("%s do the same, one after the other on one sandbox", async (_, section, first, second) => {
  for (const snippet of [first, second]) {
    const ids = await prepare(section, snippet === first ? "v1" : "v2");
    expect(await output(snippet, ids)).toMatch(outcomes[section] as RegExp);
    await v2("POST", "/sandbox/reset");
  }
});

test("what the start of v1 began is checked by the check of v2, and the other way round", async () => {
  const [, , start1, start2] = pairs.find(([, section]) => section === "Start") as Pair;
  const [, , check1, check2] = pairs.find(([, section]) => section === "Check") as Pair;
  await output(start1);
  expect(await output({ ...check2, code: check2.code.replace("123456", "1234") })).toContain('"status":"approved"');
  await v2("POST", "/sandbox/reset");
  await output(start2);
  const code = check1.code.replace("verification_code=1234", "verification_code=123456");
  expect(await output({ ...check1, code })).toContain("Verification code is correct.");
});

test("the program that takes events as Event Streams has them hears of those that are signed for it, and of no others", async () => {
  const operating = readFileSync(new URL("../spec/guides/operating.md", import.meta.url), "utf8");
  const [program] = snippetsIn(operating, "operating.md").filter(({ language }) => language === "js");
  const port = await freePort();
  const [Url, Secret] = [`http://127.0.0.1:${port}/events`, `whsec_${btoa("a key as long as it has to be")}`];
  const file = join(folder, "receiver.js");
  writeFileSync(file, `${program?.code.replace("3000", String(port))}\nexport { server };`);
  vi.stubEnv("COUNTERSIGN_WEBHOOK_URL", Url);
  vi.stubEnv("COUNTERSIGN_WEBHOOK_SECRET", Secret);
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const { server } = (await import(pathToFileURL(file).href)) as { server: Server };
  await v2("POST", "/sandbox/webhook", { Url, Secret, Schema: "event-streams" });
  const service = `/v2/Services/${sandboxServiceSid}`;
  await v2("POST", service, { VerifyEventSubscriptionEnabled: "true" });
  const To = "+12025550123";
  await v2("POST", `${service}/Verifications`, { To, Channel: "sms" });
  for (const Code of ["000000", "123456"]) await v2("POST", `${service}/VerificationCheck`, { To, Code });
  const line = expect.stringMatching(/^VE[0-9a-f]{32} took 2 checks$/);
  await expect.poll(() => printed.mock.calls.flat()).toEqual([line]);
  expect((await fetch(Url, { method: "POST", body: "[]" })).status).toBe(403);
  printed.mockRestore();
  vi.unstubAllEnvs();
  server.close();
});

test("the program that takes what a service's webhook hears takes what is signed for it, and nothing else", async () => {
  const webhooks = readFileSync(new URL("../spec/guides/webhooks.md", import.meta.url), "utf8");
  const [program] = snippetsIn(webhooks, "webhooks.md").filter(({ language }) => language === "js");
  const port = await freePort();
  const file = join(folder, "form-receiver.js");
  writeFileSync(file, `${program?.code.replaceAll("3000", String(port))}\nexport { server };`);
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const { server } = (await import(pathToFileURL(file).href)) as { server: Server };
  const service = `/v2/Services/${sandboxServiceSid}`;
  const WebhookUrl = `http://127.0.0.1:${port}/factor-events`;
  await v2("POST", `${service}/Webhooks`, { FriendlyName: "Mine", EventTypes: "*", WebhookUrl });
  const factor = { FriendlyName: "Ana’s phone & more", FactorType: "totp" };
  const { sid } = await v2("POST", `${service}/Entities/person-4711/Factors`, factor);
  await expect
    .poll(() => printed.mock.calls)
    .toEqual([
      ["webhook.test", ""],
      ["factor.created", sid],
    ]);
  expect(
    (await fetch(WebhookUrl, { method: "POST", body: new URLSearchParams({ type: "factor.created" }) })).status,
  ).toBe(403);
  printed.mockRestore();
  server.close();
});

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Brings about what a section takes for granted. @returns the ids that stand in its snippets, and the real ones */
async function prepare(section: string, api: "v1" | "v2"): Promise<Record<string, string>> {
  if (!["Status", "Check", "Feedback"].includes(section)) return {};
  await v2("POST", `/v2/Services/${sandboxServiceSid}`, { CustomCodeEnabled: "true" });
  const isCustom = section === "Feedback";
  if (api === "v1") {
    const custom = isCustom ? { custom_code: "8247" } : {};
    const { sms_id = "" } = await v1Start({ via: "sms", country_code: "1", phone_number: "2025550123", ...custom });
    return { "7c1f4e80-49f8-0135-346b-0e5d6a065904": sms_id };
  }
  const fields = { To: "+12025550123", Channel: "sms", ...(isCustom && { CustomCode: "8247" }) };
  const { sid = "" } = await v2("POST", `/v2/Services/${sandboxServiceSid}/Verifications`, fields);
  return { VE00000000000000000000000000000001: sid };
}

async function output({ language, code }: Snippet, ids: Record<string, string> = {}): Promise<string> {
  const replaced = Object.entries(ids).reduce((text, [shown, real]) => text.replaceAll(shown, real), code);
  const text = replaced.replaceAll("http://127.0.0.1:4010", sandbox.url);
  if (language === "sh")
    return (await run("sh", ["-c", text.replaceAll(/^curl /gm, "curl -sS --fail-with-body ")])).stdout;
  const file = join(folder, "snippet.js");
  writeFileSync(file, runnable(text));
  const { stdout, stderr } = await run(process.execPath, ["--no-deprecation", file]);
  expect(stderr).toBe("");
  return stdout;
}

interface Ids {
  sid?: string;
  sms_id?: string;
}

async function v1Start(fields: Record<string, string>): Promise<Ids> {
  const url = `${sandbox.url}/protected/json/phones/verification/start?api_key=sandbox`;
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  return (await response.json()) as Ids;
}

async function v2(method: string, path: string, fields: Record<string, string> = {}): Promise<Ids> {
  const { accountSid, authToken } = sandboxAccount;
  const headers = { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` };
  const response = await fetch(`${sandbox.url}${path}`, { method, headers, body: new URLSearchParams(fields) });
  const text = await response.text();
  return text === "" ? {} : (JSON.parse(text) as Ids);
}
