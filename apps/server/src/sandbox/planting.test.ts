import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";
import { sandboxServiceSid, startSandbox } from "./sandbox.ts";

const accountSid = `AC${"a".repeat(32)}`;
const acme = {
  ...{ FriendlyName: "Acme", CodeLength: 8, application: {} },
  rate_limits: [{ UniqueName: "address", buckets: [{ Max: 4, Interval: 60 }] }],
  messaging_configurations: [{ Country: "all", MessagingServiceSid: `MG${"b".repeat(32)}` }],
};

const folder = mkdtempSync(join(tmpdir(), "countersign-seed-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
};

describe("a seeded sandbox", () => {
  it("begins with a seed file and its templates, and has them again after a reset", async () => {
    const sid = `HJ${"7".repeat(32)}`;
    const templates = {
      templates: [
        { ...{ sid, friendly_name: "Own" }, channels: ["sms"], translations: { en: { text: "{{code}} it is" } } },
      ],
    };
    fileOf("templates.json", templates);
    const Sid = `VA${"1".repeat(32)}`;
    const first = { ...acme, Sid: sandboxServiceSid, FriendlyName: "Shop" };
    const other = { ...acme, Sid, DefaultTemplateSid: sid };
    const theirs = { Sid: accountSid, FriendlyName: "Other", services: [acme] };
    const path = fileOf("seed.json", { templates: "templates.json", services: [first, other], accounts: [theirs] });
    const { url, close } = await startSandbox({ seed: path });
    const api = apiOf(url);
    const look = async () => {
      const { body } = await api.call("GET", "/v2/Services");
      expect(body).toMatchObject({
        services: [
          { sid: sandboxServiceSid, friendly_name: "Shop", code_length: 8, whatsapp: { from: null } },
          { sid: Sid, friendly_name: "Acme", default_template_sid: sid },
        ],
      });
      expect((await api.call("GET", `/v2/Services/${Sid}/RateLimits`)).body).toMatchObject({
        rate_limits: [{ unique_name: "address" }],
      });
      const ofOther = await apiOf(url, { accountSid, authToken: "sandbox" }).call("GET", "/v2/Services");
      expect(ofOther.body).toMatchObject({ services: [{ friendly_name: "Acme" }] });
      await api.start(Sid, { To: "+12025550123" });
      expect(await api.messages("+12025550123")).toMatchObject([
        { text: "12345678 it is", route: acme.messaging_configurations[0]?.MessagingServiceSid },
      ]);
      for (const key of ["sandbox", `sandbox-${Sid}`])
        expect((await v1ApiOf(url, key).start({ phone_number: "202-555-0124" })).status).toBe(200);
    };
    await look();
    await api.call("POST", `/v2/Services/${Sid}`, { FriendlyName: "Renamed" });
    await api.call("DELETE", `/v2/Services/${sandboxServiceSid}`);
    await api.call("POST", "/sandbox/reset");
    await look();
    await close();
  });

  it("has the keys that a file names for the first service's application, too", async () => {
    vi.stubEnv("SHOP_KEY", "shop");
    const services = [{ Sid: sandboxServiceSid, FriendlyName: "Shop", application: { api_key: { env: "SHOP_KEY" } } }];
    const { url, close } = await startSandbox({ seed: fileOf("keys.json", { services }) });
    vi.unstubAllEnvs();
    expect((await v1ApiOf(url, "shop").start({ phone_number: "202-555-0124" })).status).toBe(200);
    expect((await v1ApiOf(url).start({ phone_number: "202-555-0124" })).status).toBe(401);
    await close();
  });

  it("has the API keys that a file has, each with the sandbox's secret and its own scopes", async () => {
    const sid = `SK${"2".repeat(32)}`;
    const keys = [{ Sid: sid, FriendlyName: "Reader", Scopes: ["read"] }];
    const { url, close } = await startSandbox({ seed: fileOf("api-keys.json", { keys }) });
    const reader = apiOf(url, { accountSid: sid, authToken: "sandbox" });
    expect((await reader.call("GET", "/v2/Services")).status).toBe(200);
    expect(await reader.call("POST", "/v2/Services", { FriendlyName: "Other" })).toMatchObject({
      body: { code: 20403 },
    });
    await apiOf(url).call("POST", "/sandbox/reset");
    expect((await reader.call("GET", "/v2/Services")).status).toBe(200);
    await close();
  });

  it("does not start with a file that has a mistake, and tells each with its file and line", async () => {
    const wrong = startSandbox({
      seed: fileOf(
        "wrong.yaml",
        "services:\n  - FriendlyName: A\n    CodeLength: 3\n  - FriendlyName: B\n    DefaultTemplateSid: HJ11111111111111111111111111111111\n",
      ),
    });
    await expect(wrong).rejects.toThrow(
      `${join(folder, "wrong.yaml")}: line 3, services[0].CodeLength must be >= 4.\n${join(folder, "wrong.yaml")}: line 5, services[1].DefaultTemplateSid is refused: Invalid parameter: DefaultTemplateSid (60200).`,
    );
    await expect(startSandbox({ seed: join(folder, "nowhere.yaml") })).rejects.toThrow(
      "nowhere.yaml: it cannot be read: ENOENT.",
    );
  });
});
