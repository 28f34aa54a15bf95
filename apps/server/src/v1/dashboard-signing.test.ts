import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dashboardOf, type Parameters, post, signatureOf, type Tampering } from "../../test-support/dashboard.ts";
import { v1Send } from "../../test-support/v1-api.ts";
import { sandboxKeys } from "../sandbox/account.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
let dashboard: ReturnType<typeof dashboardOf>;
beforeAll(async () => {
  sandbox = await startSandbox();
  dashboard = dashboardOf(sandbox.url);
});
afterAll(() => sandbox.close());

const rename: Parameters = [["name", "Acme & Söhne + Co. (a|b)*~"]];

describe("a signed request", () => {
  it("is served once: its replay is refused, and so is another request with its nonce", async () => {
    const nonce = randomUUID();
    expect((await dashboard("POST", "json/application/update", rename, { nonce })).status).toBe(200);
    const replay = await dashboard("POST", "json/application/update", rename, { nonce });
    expect(replay.body).toMatchObject({ error_code: "60002", message: "Invalid request" });
    expect((await dashboard("GET", "json/application/details", [], { nonce })).body.error_code).toBe("60002");
  });

  it("is served for one of fifty that are replayed at once", async () => {
    const nonce = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => dashboard("GET", "json/application/details", [], { nonce })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error_code === "60002")).toHaveLength(49);
  });

  const credentials: Parameters = [
    ["app_api_key", sandboxKeys.appApiKey],
    ["access_key", sandboxKeys.accessKey],
  ];

  it.each<[string, Tampering]>([
    ["a value", { parameters: [["name", "Evil"], ...credentials] }],
    ["a parameter more", { parameters: [...rename, ["extra", "1"], ...credentials] }],
    ["a parameter less", { parameters: credentials }],
    [
      "a lesser access key",
      { parameters: [...rename, ["app_api_key", "sandbox-app"], ["access_key", "sandbox-access-write"]] },
    ],
    ["the path", { path: "json/application/delete" }],
    ["the format", { path: "xml/application/update" }],
    ["the signature", { signature: Buffer.alloc(32).toString("base64") }],
    ["the signature taken away", { signature: null }],
    ["a signature that is no base64", { signature: "%%%" }],
    ["the signature of nothing", { signature: "" }],
  ])("is refused when this is altered: %s", async (_, tampering) => {
    const { status, text } = await dashboard("POST", "json/application/update", rename, tampering);
    expect(status).toBe(400);
    expect(text).toMatch(/60002/);
  });

  it("is refused without a nonce", async () => {
    const url = `${sandbox.url}/dashboard/json/application/details`;
    const signature = signatureOf(sandboxKeys.signingKey, "", "GET", url, credentials);
    const headers = { "x-authy-signature": signature };
    expect((await post("GET", url, { parameters: credentials, place: "query", headers })).body.error_code).toBe(
      "60002",
    );
  });

  it("is not used up by a refusal before its signature is known to be right", async () => {
    const nonce = randomUUID();
    await dashboard("GET", "json/application/details", [], { nonce, signature: "wrong" });
    expect((await dashboard("GET", "json/application/details", [], { nonce })).status).toBe(200);
  });

  it("may have its parameters in the query, also of a POST", async () => {
    expect((await dashboard("POST", "json/application/update", rename, { place: "query" })).body.app.name).toBe(
      rename[0]?.[1],
    );
  });

  it.each(["GET", "DELETE"])("may have its parameters in a form body, also of a %s", async (method) => {
    const path = method === "GET" ? "details" : `webhooks/WH_${randomUUID()}`;
    const url = `${sandbox.url}/dashboard/json/application/${path}`;
    const nonce = randomUUID();
    const { text } = await v1Send(sandbox.url, method, new URL(url).pathname, {
      headers: {
        "x-authy-signature": signatureOf(sandboxKeys.signingKey, nonce, method, url, credentials),
        "x-authy-signature-nonce": nonce,
      },
      body: Object.fromEntries(credentials),
    });
    expect(text).toContain(method === "GET" ? "Application information." : "Webhook not found");
  });

  it("is checked in the order app_api_key, access_key, signature, permission", async () => {
    const call = (keys: object) =>
      dashboardOf(sandbox.url, { ...sandboxKeys, ...keys })("POST", "json/application/update", []);
    const allWrong = { appApiKey: "x", accessKey: "y", signingKey: "z" };
    const { accessKey, ...signingKeyWrong } = { ...allWrong, appApiKey: sandboxKeys.appApiKey };

    expect((await call(allWrong)).body.error_code).toBe("60073");
    expect((await call({ ...signingKeyWrong, accessKey })).body.error_code).toBe("60072");
    expect((await call({ ...signingKeyWrong, accessKey: "sandbox-access-read" })).body.error_code).toBe("60002");
    expect((await call({ accessKey: "sandbox-access-read" })).body.error_code).toBe("60074");
    expect((await call({})).body.error_code).toBe("60070");
  });
});

describe("the guide's recipe", () => {
  it("makes a request that is served", async () => {
    const guide = readFileSync(new URL("../../../../spec/guides/v1-dashboard.md", import.meta.url), "utf8");
    const program = /^```[jt]s\n([\s\S]*?)^```$/m.exec(guide)?.[1]?.replace("http://127.0.0.1:4010", sandbox.url) ?? "";
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect(stdout).toContain("Application updated");
  });
});

describe("signed requests of one application", () => {
  it("are 60 a minute; the next answers 60003 and can be sent again later, as it is", async () => {
    const own = await startSandbox();
    try {
      const call = (nonce: string) => dashboardOf(own.url)("GET", "json/application/details", [], { nonce });
      const answers = await Promise.all(Array.from({ length: 61 }, (_, index) => call(`nonce ${index}`)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(1);
      expect(refused[0]?.body).toMatchObject({ error_code: "60003", message: "DoS protection" });
      expect(refused[0]?.headers.get("retry-after")).toBeNull();

      const authorization = `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`;
      const body = new URLSearchParams({ Seconds: "60" });
      await fetch(`${own.url}/sandbox/clock`, { method: "POST", headers: { authorization }, body });
      const index = answers.findIndex(({ status }) => status === 429);
      expect((await call(`nonce ${index}`)).status).toBe(200);
    } finally {
      await own.close();
    }
  });
});
