import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsOfCommand } from "../../test-support/cli.ts";
import { type DashboardAnswer, dashboardOf, type Parameters, post } from "../../test-support/dashboard.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { sandboxKeys } from "../sandbox/account.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

const secret = "a secret of no less than 32 characters";
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** Code, HTTP status and text of the seed's table. */
const seed: Record<string, [status: number, message: string]> = {
  60046: [400, "Missing dashboard account ids to process"],
  60064: [403, "Failed to enable OneTouch"],
  60065: [403, "Needs to enable OneTouch first"],
  60066: [403, "Error saving the callback information"],
  60069: [400, "Access key can not be saved"],
  60070: [400, "Application was not valid"],
  60071: [404, "Access key not found"],
  60072: [404, "Invalid access key"],
  60073: [400, "Invalid application API key"],
  60074: [400, "Access key doesn't have enough permissions"],
  60075: [400, "Delete application failed"],
};

type Format = "json" | "xml";
type Call = (format: Format) => Promise<DashboardAnswer>;

/** Asks in both formats, and compares status, code, text and shape with the seed's row. */
async function expectCode(code: string, call: Call): Promise<void> {
  const [status, message] = seed[code] ?? [0, ""];
  const json = await call("json");
  expect({ status: json.status, body: json.body }).toEqual({
    status,
    body: { error_code: code, message, errors: { message }, success: false },
  });
  const xml = await call("xml");
  expect(xml.status).toBe(status);
  expect(xml.headers.get("content-type")).toMatch(/^application\/xml/);
  expect(xml.text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<errors>
  <error-code>${code}</error-code>
  <message>${message}</message>
  <errors>
    <message>${message}</message>
  </errors>
  <success type="boolean">false</success>
</errors>
`);
  for (const { headers } of [json, xml]) expect(headers.get("deprecation")).toMatch(/^@\d+$/);
}

describe.each(databaseKindsOr("PostgreSQL"))("the Dashboard on %s", (kind) => {
  let sandbox: Running;
  let databaseUrl: string;
  const signed = (method: string, path: string, parameters?: Parameters, keys = {}): Call => {
    return (format) => dashboardOf(sandbox.url, { ...sandboxKeys, ...keys })(method, `${format}/${path}`, parameters);
  };
  const approvalRequest: Call = (format) =>
    post("POST", `${sandbox.url}/onetouch/${format}/users/209/approval_requests`, {
      parameters: [["message", "Log in?"]],
      place: "body",
      headers: { "x-authy-api-key": sandboxKeys.apiKey },
    });
  const operator = (...words: string[]) =>
    rowsOfCommand(["accounts", "applications", ...words, sandboxAccount.accountSid, sandboxServiceSid], {
      databaseUrl,
      secret,
    });

  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    sandbox = await startSandbox({ databaseUrl, secret });
  });
  afterAll(() => sandbox.close());

  it("answers 60073 without app_api_key, for an unknown one, and for the API key of the phone calls", async () => {
    for (const appApiKey of ["", "unknown", sandboxKeys.apiKey]) {
      await expectCode("60073", signed("GET", "application/details", [], { appApiKey }));
    }
    await expectCode("60073", (format) =>
      post("GET", `${sandbox.url}/dashboard/${format}/application/details`, { parameters: [], place: "query" }),
    );
  });

  it("answers 60072 for an access key that is unknown, deleted, or another application's", async () => {
    const other = await createOther("Other");
    const { body } = await signed("POST", "application/access_keys", newKey("short-lived", "read"))("json");
    const { id, value } = body.access_key;
    await signed("GET", "application/details", [], { accessKey: value })("json");
    await signed("POST", `application/access_keys/${id}/delete`)("json");

    for (const accessKey of ["", "unknown", value, other.accessKey]) {
      await expectCode("60072", signed("GET", "application/details", [], { accessKey }));
    }
  });

  it("answers 60074 for what the permission of the access key does not include", async () => {
    const read = { accessKey: "sandbox-access-read" };
    const write = { accessKey: "sandbox-access-write" };
    expect((await signed("GET", "application/details", [], read)("json")).status).toBe(200);
    await expectCode("60074", signed("POST", "application/update", [["name", "Acme"]], read));
    expect((await signed("POST", "application/update", [["name", "Acme"]], write)("json")).status).toBe(200);
    await expectCode("60074", signed("POST", "application/delete", [], write));
    await expectCode("60074", signed("GET", "application/access_keys", [], write));
  });

  it("answers 60070 for a name that is missing, blank, longer than 30 characters, or that messages may not carry (security 38), on update and on create", async () => {
    const unfit = ["", "  ", "x".repeat(31), "evil.com", "Acme\nBank", "code 123456"];
    for (const names of [[], ...unfit.map((name) => [["name", name]])] as Parameters[]) {
      await expectCode("60070", signed("POST", "application/update", names));
      await expectCode("60070", createApplication(names));
    }
  });

  it("answers 60069 for an access key without a name, or with an unknown permission", async () => {
    for (const parameters of [newKey("", "read"), newKey(" ", "read"), newKey("a", "owner"), [["name", "a"]]]) {
      await expectCode("60069", signed("POST", "application/access_keys", parameters as Parameters));
    }
  });

  it("answers 60071 for the id of no access key, and for another application's", async () => {
    const other = await createOther("Neighbour");
    const list = await dashboardOf(sandbox.url, other)("GET", "json/application/access_keys");
    for (const id of [`AK_${randomUUID()}`, list.body.access_keys[0].id]) {
      await expectCode("60071", signed("GET", `application/access_keys/${id}`));
      await expectCode("60071", signed("POST", `application/access_keys/${id}/delete`));
    }
  });

  it("answers 60066 for a callback that cannot be called", async () => {
    const callbacks = [
      [],
      [["callback_url", "/onetouch"]],
      [["callback_url", "ftp://acme.example.com/"]],
      [
        ["callback_url", "https://acme.example.com/"],
        ["callback_method", "PUT"],
      ],
    ] as Parameters[];
    for (const parameters of callbacks) {
      await expectCode("60066", signed("POST", "application/onetouch/callback", parameters));
    }
  });

  it("answers 60046 for no ids, and for blank ones", async () => {
    for (const parameters of [[], [["ids[]", ""]], [["ids[]", " "]]] as Parameters[]) {
      await expectCode("60046", signed("POST", "accounts/process", parameters));
    }
  });

  it("answers 60065 while OneTouch is off, and 60064 while its settings are locked by a suspension", async () => {
    await expectCode("60065", approvalRequest);
    await operator("suspend");
    await expectCode("60064", signed("POST", "application/onetouch/enable"));
    await expectCode("60065", approvalRequest);
    await operator("resume");
    expect((await signed("POST", "application/onetouch/enable")("json")).body.message).toBe("OneTouch enabled");
    expect((await approvalRequest("json")).body).toMatchObject({ success: true });
  });

  it("answers 60075 while a verification is pending, then deletes the application with its keys", async () => {
    const other = await createOther("Short-lived");
    const deletion: Call = (format) => dashboardOf(sandbox.url, other)("POST", `${format}/application/delete`);
    const phone: Parameters = [
      ["country_code", "1"],
      ["phone_number", "202-555-0177"],
    ];
    const headers = { "x-authy-api-key": other.apiKey };
    const verification = `${sandbox.url}/protected/json/phones/verification`;
    await post("POST", `${verification}/start`, { parameters: [...phone, ["via", "sms"]], place: "body", headers });

    await expectCode("60075", deletion);
    const check: Parameters = [...phone, ["verification_code", "1234"]];
    await post("GET", `${verification}/check`, { parameters: check, place: "query", headers });
    expect((await deletion("json")).body).toEqual({ message: "Application deleted", success: true });
    await expectCode("60073", deletion);
    const details = await post("GET", `${sandbox.url}/protected/json/app/details`, {
      ...{ parameters: [], place: "query", headers },
    });
    expect(details.body.error_code).toBe("60001");
  });

  const newKey = (name: string, permission: string): Parameters => [
    ["name", name],
    ["permission", permission],
  ];

  const createApplication = (names: Parameters): Call => {
    return (format) =>
      post("POST", `${sandbox.url}/dashboard/${format}/applications`, {
        parameters: [
          ...names,
          ["phone_number", "202-555-0150"],
          ["country_code", "1"],
          ["email", "ada@example.com"],
          ["integration_api_key", sandboxKeys.integrationKey],
        ],
        place: "body",
      });
  };

  async function createOther(name: string) {
    const { body } = await createApplication([["name", name]])("json");
    const {
      api_key: apiKey,
      app_api_key: appApiKey,
      access_key: accessKey,
      api_signing_key: signingKey,
    } = body.credentials;
    return { apiKey, appApiKey, accessKey, signingKey } as Record<
      "apiKey" | "appApiKey" | "accessKey" | "signingKey",
      string
    >;
  }
});
