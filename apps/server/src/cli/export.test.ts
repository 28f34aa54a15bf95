import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@countersign/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Api, apiOf } from "../../test-support/api.ts";
import { runCommand } from "../../test-support/cli.ts";
import { type RunningSandbox, sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-export-"));
const template = `HJ${"7".repeat(32)}`;
const templates = [
  {
    ...{ sid: template, friendly_name: "Order", channels: ["sms", "voice"], variables: { order: {} } },
    translations: {
      de: { text: "{{code}} {{order}} ist es", is_default_translation: true },
      en: { text: "{{code}} {{order}} it is", status: "pending" },
    },
  },
];
let one: RunningSandbox;
let other: RunningSandbox;
let file: string;
beforeAll(async () => {
  const given = join(folder, "given.json");
  writeFileSync(
    given,
    JSON.stringify({ templates, services: [{ FriendlyName: "Old", application: { suspended: true } }] }),
  );
  one = await startSandbox({ seed: given });
  await change(apiOf(one.url));
  file = join(folder, "countersign.yaml");
  const { code, err } = await runCommand(["export", "--server", one.url, "--out", file]);
  expect([code, err]).toEqual([0, expect.stringContaining("v1 applications")]);
  other = await startSandbox({ seed: file });
});
afterAll(async () => {
  await Promise.all([one, other].map((sandbox) => sandbox.close()));
  rmSync(folder, { recursive: true });
});

/** By the API, so that most SIDs are random, and nothing is as a new sandbox has it. */
async function change(api: Api): Promise<void> {
  const of = (path: string, fields: Record<string, string>) => api.call("POST", path, fields);
  await of(`/v2/Services/${sandboxServiceSid}`, { FriendlyName: "Shop", "Whatsapp.From": "", CodeLength: "9" });
  const sid = await api.createService({
    ...{
      FriendlyName: "Bank",
      Psd2Enabled: "true",
      DtmfInputRequired: "false",
      TtsName: "no: #1 - Ä",
      LookupEnabled: "true",
    },
    ...{ SkipSmsToLandlines: "true", DefaultTemplateSid: template, "Push.FcmCredentialSid": `CR${"1".repeat(32)}` },
    ...{ "Push.IncludeDate": "true", "Totp.Issuer": "null", "Totp.Skew": "0", "Whatsapp.From": "+12025550100" },
    ...{ "Passkeys.RelyingParty.Id": "example.com", "Passkeys.UserVerification": "required" },
    "Passkeys.RelyingParty.Origins": "https://example.com,https://login.example.com",
  });
  const service = `/v2/Services/${sid}`;
  for (const UniqueName of ["b", "a", "1e3"]) {
    const { body } = await of(`${service}/RateLimits`, { UniqueName, Description: `# ${UniqueName}` });
    for (const Interval of ["600", "60"]) await of(`${service}/RateLimits/${body.sid}/Buckets`, { Max: "5", Interval });
  }
  for (const [index, Country] of ["NO", "all", "DE"].entries())
    await of(`${service}/MessagingConfigurations`, {
      Country,
      MessagingServiceSid: `MG${"0".repeat(31)}${(index % 2) + 1}`,
    });
  const WebhookUrl = "http://127.0.0.1:9/hook?a=b";
  for (const FriendlyName of ["First", "Second"])
    await of(`${service}/Webhooks`, {
      FriendlyName,
      EventTypes: "factor.created",
      WebhookUrl,
      Status: "disabled",
      Version: "v1",
    });
  for (const PhoneNumber of ["+12025550199", "+4915112345678"]) await of("/v2/SafeList/Numbers", { PhoneNumber });
}

/** Every list of an account, as it is but for times and addresses. */
async function listsOf({ url }: RunningSandbox): Promise<Record<string, unknown[]>> {
  const client = createClient({ ...sandboxAccount, baseUrl: url });
  const lists: Record<string, unknown[]> = {};
  const read = async (name: string, path: string, owners: object = {}) => {
    const items: { sid: string }[] = [];
    for await (const item of client.paginate(
      path as "/v2/Services",
      { params: { path: owners, query: { PageSize: 2 } } } as object,
    ))
      items.push(item as { sid: string });
    lists[name] = items.map((item) =>
      Object.fromEntries(Object.entries(item).filter(([member]) => !/^(date_|url$|links$)/.test(member))),
    );
    return items;
  };
  for (const { sid: ServiceSid } of await read("services", "/v2/Services")) {
    const service = "/v2/Services/{ServiceSid}";
    await read(`webhooks ${ServiceSid}`, `${service}/Webhooks`, { ServiceSid });
    await read(`countries ${ServiceSid}`, `${service}/MessagingConfigurations`, { ServiceSid });
    for (const { sid: RateLimitSid } of await read(`limits ${ServiceSid}`, `${service}/RateLimits`, { ServiceSid }))
      await read(`buckets ${RateLimitSid}`, `${service}/RateLimits/{RateLimitSid}/Buckets`, {
        ServiceSid,
        RateLimitSid,
      });
  }
  await read("safe", "/console/safe_list");
  lists.safe = lists.safe?.map((number) => ({ ...(number as object), sid: "random" })) ?? [];
  await read("templates", "/v2/Templates");
  const { data } = await client.GET("/console/applications");
  lists.applications = data?.applications.map(({ date_created: _, ...application }) => application) ?? [];
  return JSON.parse(JSON.stringify(lists).replaceAll(/"date_(created|updated)":"[^"]*"/g, '"date":0'));
}

describe("countersign export", () => {
  it("writes what another sandbox begins with, and both are equal by the API then", async () => {
    const [from, to] = [await listsOf(one), await listsOf(other)];
    expect(Object.keys(from)).toHaveLength(1 + 3 * 3 + 3 + 3);
    expect(from.services).toHaveLength(3);
    expect(to).toEqual(from);
  });

  it("writes the same of what it wrote, and no secret", async () => {
    const { out } = await runCommand(["export", "--server", other.url]);
    expect(out).toBe(readFileSync(file, "utf8"));
    expect(out).toMatch(/^# yaml-language-server: \$schema=.*\n# Not carried over:\n# - /);
    expect(out).not.toMatch(/token|secret:|sandbox-/i);
    const json = await runCommand(["export", "--server", one.url, "--json"]);
    expect(JSON.parse(json.out)).toEqual({ $schema: expect.any(String), ...parse(out) });
  });

  it("writes nothing where it cannot read everything", async () => {
    const out = join(folder, "never.yaml");
    const denied = await runCommand(["export", "--server", one.url, "--token", "wrong", "--out", out]);
    expect(denied).toMatchObject({ code: 1, err: expect.stringContaining("401 20003") });
    const nobody = await runCommand(["export", "--server", "http://127.0.0.1:9", "--out", out]);
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining("No answer") });
    expect(() => readFileSync(out)).toThrow("ENOENT");
    const nowhere = await runCommand(["export", "--server", one.url, "--out", join(folder, "no", "where.yaml")]);
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("cannot be written: ENOENT") });
  });
});
