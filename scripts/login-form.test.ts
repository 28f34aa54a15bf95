import { readFileSync } from "node:fs";
import { createClient, unwrap } from "@countersign/client";
import { errorsIn, type OpenApiDocument, operationOf } from "@countersign/document";
import bundled from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { codesOf } from "../apps/examples/login-form/codes.ts";
import { startSandbox } from "../apps/server/src/sandbox/sandbox.ts";
import { parseTemplates } from "../apps/server/src/templates/file.ts";
import { snippetsIn } from "./snippets.ts";

const guide = readFileSync(new URL("../spec/guides/login-form.md", import.meta.url), "utf8");
const document = bundled as unknown as OpenApiDocument;
const code = snippetOf("ts");
const [, toSay = ""] = guide.split("\n## What to say\n")[1]?.split("```\n\n") ?? [];
const rows = toSay.split("\n").filter((line) => line.startsWith("| `"));
const operations = ["createVerification", "createVerificationCheck"].map((id) => operationOf(document, id));

test("the guide to the login form tells what to say of each error of a start and a check, and of no other", () => {
  const answered = operations.flatMap(({ operation }) => errorsIn(document, operation.responses));
  const told = [...(toSay.split("\n## ")[0] ?? "").matchAll(/`(\d{5})`/g)].map(([, number]) => Number(number));
  expect([...new Set(told)].sort()).toEqual([...new Set(answered.map(({ code }) => code))].sort());
});

test("it tells what to say of each reason that nothing is pending, and each state that a check leaves", () => {
  const schemas = document.components.schemas as Record<string, { properties: Record<string, { enum: string[] }> }>;
  const firsts = rows.map((row) => /`([a-z_]+)`/.exec(row)?.[1]);
  const reasons = schemas.VerificationNotFoundDetails?.properties.reason?.enum ?? [];
  expect(reasons).not.toEqual([]);
  for (const name of [...reasons, "approved", "pending", "max_attempts_reached"]) expect(firsts).toContain(name);
});

test("its program says what its tables say, word by word, of the same errors", () => {
  const said = [...code.matchAll(/["`]([A-Z][^"`]*\.)["`]/g)].map(([, text = ""]) => text.replace(/\$\{[^}]*\}/, "…"));
  const written = rows.map((row) => row.split("|")[3]?.trim() ?? "").filter((text) => /^[A-Z].*\.$/.test(text));
  expect([...new Set(said)].sort()).toEqual([...new Set(written)].sort());
  const cases = [...code.matchAll(/case (\d{5})/g)].map(([, number]) => number);
  const told = rows.flatMap((row) => row.split("|")[1]?.match(/\d{5}/g) ?? []);
  expect(cases.sort()).toEqual([...new Set(told)].sort());
});

test("of starts for one number at the same time its program sends one, and waits for nothing where none was sent", async () => {
  let starts = 0;
  let isUp = true;
  const fetch = async () => {
    starts += 1;
    if (!isUp) throw new TypeError("fetch failed");
    return Response.json({ sid: "VE", send_code_attempts: [{}] }, { status: 201 });
  };
  const codes = codesOf(createClient({ accountSid, authToken: "sandbox", fetch }), Sid, () => 0);
  const start = () => codes.send("+12025550159", "sms");
  const waits = { isSent: true, code: 60212, waitSeconds: 30, problem: expect.any(String) };
  expect(await Promise.all([start(), start(), start()])).toEqual([{ isSent: true, waitSeconds: 30 }, waits, waits]);
  expect(starts).toBe(1);
  isUp = false;
  const failing = codesOf(createClient({ accountSid, authToken: "sandbox", fetch }), Sid, () => 0);
  for (const _ of [1, 2]) await expect(failing.send("+12025550159", "sms")).rejects.toThrow("fetch failed");
});

test("its template has the service send what browsers bind to a site, with a warning that comes before", async () => {
  const { templates, problems } = parseTemplates(snippetOf("yaml"), 0);
  expect(problems).toEqual([]);
  const sandbox = await startSandbox({ templates });
  const client = createClient({ accountSid, authToken: "sandbox", baseUrl: sandbox.url });
  await unwrap(
    client.POST("/v2/Services/{Sid}", { params: { path: { Sid } }, body: { DoNotShareWarningEnabled: true } }),
  );
  const body = { To: "+12025550159", Channel: "sms", TemplateSid: templates[0]?.sid ?? "" } as const;
  const params = { path: { ServiceSid: Sid } };
  await unwrap(client.POST("/v2/Services/{ServiceSid}/Verifications", { params, body }));
  const { messages } = await unwrap(client.GET("/sandbox/messages"));
  expect(`${messages[0]?.text}\n`).toBe(snippetOf("text"));
  await sandbox.close();
});

const accountSid = "AC00000000000000000000000000000001";
const Sid = "VA00000000000000000000000000000001";

function snippetOf(wanted: string): string {
  return snippetsIn(guide, "").find(({ language }) => language === wanted)?.code ?? "";
}
