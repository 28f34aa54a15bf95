import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer, request as requestSecurely, type Server } from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { notNow, toldOf } from "../apps/server/src/auth-servers/words.ts";
import { sandboxAuthServers } from "../apps/server/src/sandbox/account.ts";
import { documents, snippetsOf } from "./snippets.ts";

const run = promisify(execFile);
const guide = documents.flatMap(snippetsOf).filter(({ place }) => place.startsWith("guides/auth-servers.md"));
const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

const name = "verify.twilio.com";
const account = "AC00000000000000000000000000000001";
const service = "VA00000000000000000000000000000001";
const basic = `Basic ${btoa(`${account}:sandbox`)}`;

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox({ publicUrl: `https://${name}` });
});
beforeEach(() => ask("POST", "/sandbox/reset"));
afterAll(() => sandbox.close());

const ask = (method: string, path: string, body?: URLSearchParams) =>
  fetch(sandbox.url + path, { method, headers: { authorization: basic }, ...(body && { body }) });
const codes = async () => {
  const { messages } = (await (await ask("GET", "/sandbox/messages")).json()) as { messages: { code: string }[] };
  return messages.map(({ code }) => code);
};

test("the guide has the sandbox's own secret, and the words that people read", () => {
  const guideText = readFileSync(new URL("../spec/guides/auth-servers.md", import.meta.url), "utf8");
  const { supabase, ...others } = sandboxAuthServers;
  expect(guideText.split(`"${supabase}"`)).toHaveLength(2);
  expect(guideText).toContain(`the hook's secret is \`${supabase}\``);
  expect(new Set(Object.values(others))).toEqual(new Set(["sandbox"]));
  const told = [60200, 60205, 60605, 20503].map((code) => toldOf({ code, parameter: "To" }));
  told.push(toldOf({ code: 20429, retryAfterSeconds: 400 }), notNow);
  for (const each of told) expect(guideText).toMatch(new RegExp(`\\| ${each?.status} +\\| ${each?.message}`));
});

describe.runIf(has("jsonnet", "--version"))("the Jsonnet for Ory Kratos", () => {
  const jsonnet = fileURLToPath(new URL("../apps/examples/kratos/code.jsonnet", import.meta.url));

  /** What Kratos has for every message by SMS, and besides for each. */
  const contextOf = (template_type: string, data: object) => ({
    recipient: "+14155552671",
    subject: "",
    body: "a text that has the code in words",
    template_type,
    template_data: {
      to: "+14155552671",
      identity: { id: "9d2c1b7e", traits: { phone: "+14155552671" } },
      request_url: "https://acme.example.com/login",
      request_url_domain: "acme.example.com",
      expires_in_minutes: 15,
      transient_payload: null,
      ...data,
    },
    message_type: "phone",
    request_headers: {},
  });
  const handOver = async (context: object) => {
    const { stdout } = await run("jsonnet", ["--tla-code", `ctx=${JSON.stringify(context)}`, jsonnet]);
    const headers = { authorization: "sandbox", "content-type": "application/json" };
    const answer = await fetch(`${sandbox.url}/auth-servers/kratos`, { method: "POST", headers, body: stdout });
    return [answer.status, await answer.text()];
  };

  test("hands over the code of each template that has one, a new one after another, and the same one once", async () => {
    const messages = [
      contextOf("verification_code_valid", { verification_code: "111111", verification_url: "" }),
      contextOf("login_code_valid", { login_code: "222222" }),
      contextOf("registration_code_valid", { registration_code: "333333", traits: {} }),
      contextOf("recovery_code_valid", { verification_code: "444444", recovery_code: "" }),
      contextOf("recovery_code_valid", { verification_code: "444444", recovery_code: "" }),
    ];
    for (const message of messages) expect(await handOver(message)).toEqual([204, ""]);
    expect((await codes()).reverse()).toEqual(["111111", "222222", "333333", "444444"]);
  });

  test("hands over no message without a code, and Kratos logs why", async () => {
    for (const type of ["verifiable_address_changed", "authenticator_key_added"]) {
      const refused = [400, "There is no code of 4 to 10 letters or digits in the request."];
      expect(await handOver(contextOf(type, {}))).toEqual(refused);
    }
    expect(await codes()).toEqual([]);
  });
});

describe.runIf(has("openssl", "req", "-help"))("by the guide, the name of the hosted service leads here", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-certificates-"));
  let proxy: Server;
  let ca: string;
  beforeAll(async () => {
    const commands = guide.find(({ language, code }) => language === "sh" && code.includes("openssl req"))?.code ?? "";
    await run("sh", ["-ec", commands], { cwd: folder });
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    ca = read("ca.pem");
    // As the proxy of the guide: what it is asked goes on to the server, with the host that it was asked for.
    proxy = createServer({ cert: read("verify.pem"), key: read("verify.key") }, (incoming, outgoing) => {
      const { method = "", url = "", headers } = incoming;
      const onward = request(sandbox.url + url, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    proxy.close().closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  /** As the provider for Verify of Supabase Auth asks: a form, Basic, and an address that is compiled in. */
  const call = async (path: string, fields: Record<string, string>, host = name) => {
    const url = `https://${host}/v2/Services/${service}${path}`;
    const lookup: LookupFunction = (_host, { all }, found) =>
      all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4);
    const { port } = proxy.address() as AddressInfo;
    const headers = { authorization: basic, "content-type": "application/x-www-form-urlencoded" };
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const asked = requestSecurely(
        url,
        { method: "POST", port, ca, lookup, agent: false, headers },
        async (incoming) => resolve({ status: incoming.statusCode, text: await text(incoming) }),
      );
      asked.on("error", reject).end(new URLSearchParams(fields).toString());
    });
    return { status: answer.status, ...(JSON.parse(answer.text) as Record<string, unknown>) };
  };
  const To = "+14155552671";

  test("a code is made here, sent, and checked: wrong ones are not approved, the right one is, once", async () => {
    expect(await call("/Verifications", { To, Channel: "sms" })).toMatchObject({ status: "pending", to: To });
    const [code = ""] = await codes();
    const wrong = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
    expect(await call("/VerificationCheck", { To, Code: wrong })).toMatchObject({ status: "pending", valid: false });
    expect(await call("/VerificationCheck", { To, Code: code })).toMatchObject({ status: "approved", valid: true });
    expect(await call("/VerificationCheck", { To, Code: code })).toMatchObject({ status: 404, code: 20404 });
  });

  test("a person who asks again gets the same code, five times, and then a refusal, as after five wrong ones", async () => {
    for (let sends = 1; sends <= 5; sends++) await call("/Verifications", { To, Channel: "sms" });
    expect(new Set(await codes()).size).toBe(1);
    expect(await call("/Verifications", { To, Channel: "sms" })).toMatchObject({ status: 429, code: 60203 });
    const [code = ""] = await codes();
    const wrong = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
    for (let checks = 1; checks <= 5; checks++) await call("/VerificationCheck", { To, Code: wrong });
    expect(await call("/VerificationCheck", { To, Code: code })).toMatchObject({ status: 429, code: 60202 });
  });

  test("a code that has expired, and a service that fails, are errors of the provider", async () => {
    await call("/Verifications", { To, Channel: "sms" });
    const [Code = ""] = await codes();
    await ask("POST", "/sandbox/clock", new URLSearchParams({ Seconds: "601" }));
    expect(await call("/VerificationCheck", { To, Code })).toMatchObject({ status: 404, code: 20404 });
    expect(await call("/Verifications", { To: "+15005520503", Channel: "sms" })).toMatchObject({ status: 503 });
  });

  test("the authority is trusted for that name alone", async () => {
    await expect(call("/Verifications", { To, Channel: "sms" }, "api.twilio.com")).rejects.toThrow(
      /api\.twilio\.com|altnames|Host/i,
    );
    expect((await run("openssl", ["x509", "-in", join(folder, "ca.pem"), "-noout", "-text"])).stdout).toMatch(
      /Permitted:\s+DNS:verify\.twilio\.com/,
    );
  });
});
