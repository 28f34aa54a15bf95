import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { dashboardOf, type Parameters, post } from "../../test-support/dashboard.ts";
import { dump, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { sandboxKeys } from "../sandbox/account.ts";
import { sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
let call: ReturnType<typeof dashboardOf>;
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
  sandbox = await startSandbox();
  call = dashboardOf(sandbox.url);
});
afterAll(async () => {
  await sandbox.close();
  await databases.stop();
});

const acme = {
  name: "Acme",
  phone_number: "202-555-0150",
  country_code: "1",
  email: "ada@example.com",
  integration_api_key: sandboxKeys.integrationKey,
};

const create = (fields: Record<string, string>, format = "json", origin = sandbox.url) =>
  post("POST", `${origin}/dashboard/${format}/applications`, { parameters: Object.entries(fields), place: "body" });

describe("createApplication", () => {
  it("makes a service, and keys that work for the phone calls and for the Dashboard", async () => {
    const { status, body } = await create({ ...acme, name: "Acme Bank" });
    expect(status).toBe(200);
    expect(body).toEqual({
      app: {
        name: "Acme Bank",
        plan: "pay_as_you_go",
        sms_enabled: true,
        phone_calls_enabled: true,
        app_id: expect.any(Number),
        onetouch_enabled: false,
        phone_number: "202-555-0150",
        country_code: 1,
        email: "ada@example.com",
        onetouch_callback_url: null,
        onetouch_callback_method: null,
      },
      credentials: {
        api_key: expect.stringMatching(/^[0-9a-f]{32}$/),
        app_api_key: expect.stringMatching(/^[0-9a-f]{32}$/),
        access_key: expect.stringMatching(/^[0-9a-f]{32}$/),
        api_signing_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      message: "Application created",
      success: true,
    });

    const { api_key, app_api_key: appApiKey, access_key: accessKey, api_signing_key: signingKey } = body.credentials;
    const own = dashboardOf(sandbox.url, { appApiKey, accessKey, signingKey });
    expect((await own("GET", "json/application/details")).body.app).toEqual(body.app);
    const headers = { "x-authy-api-key": api_key };
    const details = `${sandbox.url}/protected/json/app/details`;
    expect((await post("GET", details, { parameters: [], place: "query", headers })).body.app.name).toBe("Acme Bank");
    const services = await apiOf(sandbox.url).call("GET", "/v2/Services");
    expect(services.text).toContain('"friendly_name":"Acme Bank"');
  });

  it("answers XML as Rails writes it", async () => {
    const { text } = await create(acme, "xml");
    expect(text).toContain("<hash>\n  <app>\n    <name>Acme</name>");
    expect(text).toMatch(/<app-id type="integer">\d+<\/app-id>/);
    expect(text).toContain('<onetouch-callback-url nil="true"/>');
  });

  it.each<[string, number, Record<string, string>]>([
    ["60001", 401, { integration_api_key: "unknown" }],
    ["60001", 401, { integration_api_key: sandboxKeys.apiKey }],
    ["60004", 400, { country_code: "zzz" }],
    ["60004", 400, { email: "nobody" }],
    ["60078", 403, { country_code: "999" }],
    ["60033", 400, { phone_number: "123" }],
    ["60070", 400, { name: " " }],
  ])("is refused with %s and %i for %o", async (code, status, fields) => {
    const answer = await create({ ...acme, ...fields });
    expect({ status: answer.status, code: answer.body.error_code }).toEqual({ status, code });
    expect((await create({ ...acme, ...fields }, "xml")).text).toContain(`<error-code>${code}</error-code>`);
  });
});

describe("the application that a service is", () => {
  it("has the service's name: a new one on v1 is the one of v2, and the other way round", async () => {
    const rename: Parameters = [["name", "Acme Bank"]];
    expect((await call("POST", "json/application/update", rename)).body).toMatchObject({
      app: { name: "Acme Bank", app_id: 11111 },
      message: "Application updated",
    });
    const path = `/v2/Services/${sandboxServiceSid}`;
    const { call: v2 } = apiOf(sandbox.url);
    expect((await v2("GET", path)).text).toContain('"friendly_name":"Acme Bank"');
    await v2("POST", path, { FriendlyName: "Acme" });
    expect((await call("GET", "json/application/details")).body).toMatchObject({
      app: { name: "Acme" },
      message: "Application information.",
    });
  });

  it("has a OneTouch callback once it is set, and OneTouch once it is enabled", async () => {
    const callback: Parameters = [["callback_url", "https://acme.example.com/onetouch"]];
    expect((await call("POST", "json/application/onetouch/callback", callback)).body).toEqual({
      message: "Callback information saved",
      success: true,
    });
    expect((await call("POST", "xml/application/onetouch/enable")).text).toContain(
      "<message>OneTouch enabled</message>",
    );
    const { app } = (await call("GET", "json/application/details")).body;
    expect(app).toMatchObject({
      onetouch_enabled: true,
      onetouch_callback_url: "https://acme.example.com/onetouch",
      onetouch_callback_method: "POST",
    });
  });

  it("is gone with the service that v2 deletes", async () => {
    const { body } = await create(acme);
    const { app_api_key: appApiKey, access_key: accessKey, api_signing_key: signingKey } = body.credentials;
    const { text } = await apiOf(sandbox.url).call("GET", "/v2/Services?PageSize=100");
    const sid = JSON.parse(text).services.at(-1).sid;
    await apiOf(sandbox.url).call("DELETE", `/v2/Services/${sid}`);
    const details = await dashboardOf(sandbox.url, { appApiKey, accessKey, signingKey })(
      "GET",
      "json/application/details",
    );
    expect(details.body.error_code).toBe("60073");
  });
});

describe("a sandbox on a database that is kept", () => {
  it("knows its signing keys after a restart", async () => {
    const databaseUrl = await databases.create("SQLite");
    for (let run = 0; run < 2; run += 1) {
      const own = await startSandbox({ databaseUrl });
      const details = await dashboardOf(own.url)("GET", "json/application/details");
      await own.close();
      expect(details.status).toBe(200);
    }
  });
});

describe("access keys", () => {
  it("are made, listed, fetched and deleted; the value is told once", async () => {
    const fields: Parameters = [
      ["name", "reports"],
      ["permission", "read"],
    ];
    const created = (await call("POST", "json/application/access_keys", fields)).body;
    const { value, ...key } = created.access_key;
    expect(created).toMatchObject({ message: "Access key created", success: true });
    const reports = dashboardOf(sandbox.url, { ...sandboxKeys, accessKey: value });
    expect((await reports("GET", "json/application/details")).status).toBe(200);

    const listed = await call("GET", "json/application/access_keys");
    expect(listed.body.access_keys.map(({ name }: { name: string }) => name)).toEqual([
      ...["first", "read", "write", "reports"],
    ]);
    expect(listed.text).not.toContain(value);
    expect((await call("GET", `json/application/access_keys/${key.id}`)).body.access_key).toEqual(key);
    await call("POST", `xml/application/access_keys/${key.id}/delete`);
    expect((await reports("GET", "json/application/details")).body.error_code).toBe("60072");
  });

  it("are 100 at most", async () => {
    const own = await startSandbox();
    try {
      const { body } = await create(acme, "json", own.url);
      const { app_api_key: appApiKey, access_key: accessKey, api_signing_key: signingKey } = body.credentials;
      const keys = dashboardOf(own.url, { appApiKey, accessKey, signingKey });
      const add = () =>
        keys("POST", "json/application/access_keys", [
          ["name", "a"],
          ["permission", "read"],
        ]);
      const authorization = `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`;
      const statuses: number[] = [];
      for (let round = 0; round < 2; round += 1) {
        statuses.push(...(await Promise.all(Array.from({ length: 50 }, add))).map(({ status }) => status));
        const minute = new URLSearchParams({ Seconds: "60" });
        await fetch(`${own.url}/sandbox/clock`, { method: "POST", headers: { authorization }, body: minute });
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(99);
      expect((await add()).body.error_code).toBe("60069");
    } finally {
      await own.close();
    }
  });
});

describe("processAccounts", () => {
  it("answers the ids in the order of the request", async () => {
    const ids: Parameters = [
      ["ids[]", "11112"],
      ["ids[]", "11111"],
    ];
    expect((await call("POST", "json/accounts/process", ids)).body).toEqual({
      ids: ["11112", "11111"],
      message: "Accounts processed",
      success: true,
    });
    expect((await call("POST", "xml/accounts/process", ids)).text).toContain('<ids type="array">\n    <id>11112</id>');
  });
});

describe("security 3: the keys of an application", () => {
  it.each(["SQLite", "PostgreSQL"] as const)(
    "stand nowhere in a %s database, and signing keys are sealed",
    async (kind) => {
      const databaseUrl = await databases.create(kind);
      const own = await startSandbox({ databaseUrl });
      try {
        const { body } = await create(acme, "json", own.url);
        const {
          api_key,
          app_api_key: appApiKey,
          access_key: accessKey,
          api_signing_key: signingKey,
        } = body.credentials;
        const dashboard = dashboardOf(own.url, { appApiKey, accessKey, signingKey });
        const key = await dashboard("POST", "json/application/access_keys", [
          ["name", "a"],
          ["permission", "read"],
        ]);
        const hook: Parameters = [
          ["url", "https://acme.example.com/"],
          ["name", "a"],
          ["events[]", "user_added"],
        ];
        const { webhook } = (await dashboard("POST", "json/application/webhooks", hook)).body;
        const secrets = [api_key, appApiKey, accessKey, signingKey, key.body.access_key.value, webhook.signing_key];

        const text = await dump(databaseUrl);
        expect(text).toContain(webhook.id);
        expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
        expect(secrets.every((secret) => typeof secret === "string" && secret.length >= 32)).toBe(true);
      } finally {
        await own.close();
      }
    },
  );
});
