import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsOfCommand } from "../../test-support/cli.ts";
import { dashboardOf, type Parameters, post } from "../../test-support/dashboard.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";

const secret = "a secret of no less than 32 characters";
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("countersign accounts applications, on %s", (kind) => {
  let server: ProductionServer;
  let run: (...words: string[]) => Promise<object[]>;
  let accountSid: string;
  let serviceSid: string;
  let keys: Record<"api_key" | "app_api_key" | "access_key" | "api_signing_key", string>;
  beforeAll(async () => {
    const databaseUrl = await databases.create(kind);
    server = await startProduction({ databaseUrl, secret });
    run = (...words) => rowsOfCommand(["accounts", "applications", ...words], { databaseUrl, secret });
    accountSid = server.credentials.accountSid;
    serviceSid = await server.api.createService();
    [keys] = (await run("create", accountSid, serviceSid)) as [typeof keys];
  });
  afterAll(() => server.close());

  const dashboard = () =>
    dashboardOf(server.url, {
      appApiKey: keys.app_api_key,
      accessKey: keys.access_key,
      signingKey: keys.api_signing_key,
    });

  it("opens a service to clients of v1, with keys of its own", async () => {
    expect((await v1ApiOf(server.url, keys.api_key).details()).body).toMatchObject({ success: true });
    expect((await dashboard()("GET", "json/application/details")).body.app).toMatchObject({
      email: null,
      name: "Acme",
    });
    expect(await run("list", accountSid)).toMatchObject([{ service_sid: serviceSid, suspended: false }]);
    await expect(run("create", accountSid, serviceSid)).rejects.toThrow(`The service ${serviceSid} is an application`);
  });

  it("opens no service that the account does not have", async () => {
    await expect(run("create", accountSid, `VA${"0".repeat(32)}`)).rejects.toThrow("There is no service");
    await expect(run("create", accountSid)).rejects.toThrow("2 missing required argument 'service'. See --help.");
    await expect(run("constructor", accountSid)).rejects.toThrow("2 unknown command 'constructor'. See --help.");
  });

  it("keeps a suspended application from sending until it is resumed", async () => {
    const { start } = v1ApiOf(server.url, keys.api_key);
    await run("suspend", accountSid, serviceSid);
    const { status, body } = await start({ phone_number: "415-555-2671" });
    expect({ status, code: body.error_code, message: body.message }).toEqual({
      ...{ status: 503, code: "60060", message: "Your account is suspended" },
    });
    await run("resume", accountSid, serviceSid);
    expect((await start({ phone_number: "415-555-2671" })).status).toBe(200);
  });

  it("makes integration keys, with which clients create applications", async () => {
    const [{ integration_api_key: key }] = (await run("integration-key", accountSid)) as [
      { integration_api_key: string },
    ];
    const fields = { name: "Acme", phone_number: "415-555-2671", country_code: "1", email: "ada@example.com" };
    const { status } = await post("POST", `${server.url}/dashboard/json/applications`, {
      parameters: Object.entries({ ...fields, integration_api_key: key }),
      place: "body",
    });
    expect(status).toBe(200);
    expect(await run("list", accountSid)).toHaveLength(2);
    await expect(run("integration-key", `AC${"0".repeat(32)}`)).rejects.toThrow("There is no account");
  });

  it("security 19: webhooks of production are https alone", async () => {
    const webhook = (url: string): Parameters => [
      ["url", url],
      ["name", "a"],
      ["events[]", "phone_verification_started"],
    ];
    const plain = await dashboard()("POST", "json/application/webhooks", webhook("http://acme.example.com/"));
    expect(plain.body).toMatchObject({
      error_code: "60004",
      message: "Invalid parameter: url - Parameter must match format https://",
    });
    const secure = await dashboard()("POST", "json/application/webhooks", webhook("https://acme.example.com/"));
    expect(secure.status).toBe(200);
  });

  it("security 12: a production server knows none of the sandbox's keys", async () => {
    expect((await v1ApiOf(server.url, "sandbox").details()).body.error_code).toBe("60001");
    expect((await dashboardOf(server.url)("GET", "json/application/details")).body.error_code).toBe("60073");
  });
});
