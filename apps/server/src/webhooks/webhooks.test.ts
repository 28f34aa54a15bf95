import { randomBytes } from "node:crypto";
import { createClient, unwrap } from "@countersign/client";
import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Body } from "../../test-support/api.ts";
import { startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { sandboxAccount, sandboxServiceSid } from "../sandbox/sandbox.ts";
import { signedForm } from "./signed-form.ts";
import { failureOf } from "./webhook.ts";

const path = `/v2/Services/${sandboxServiceSid}/Webhooks`;
const secret = "whsec_dGhlIHNhbmRib3ggc2lnbnMgaXRzIHBvc3Rz";
const example = "https://acme.example.com/events";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.end();
});

type Hook = Body & { event_types: string[]; webhook_url: string; webhooks: Hook[]; links?: object };

describe("the operations", () => {
  const sandbox = useSandbox();
  const call = async (method: string, at: string, fields: [string, string][] | Record<string, string> = {}) => {
    const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
    const body = method === "POST" ? new URLSearchParams(fields) : null;
    const answer = await fetch(sandbox.url + at, { method, headers: { authorization }, body });
    const text = await answer.text();
    return { status: answer.status, text, body: (text ? JSON.parse(text) : {}) as Hook };
  };
  const fields = { FriendlyName: "Events", EventTypes: "factor.verified", WebhookUrl: example };
  const create = (more: Record<string, string> = {}) => call("POST", path, { ...fields, ...more });
  beforeEach(() => sandbox.api.call("POST", "/sandbox/reset"));

  test("a webhook has just what the hosted service's has, v2 and enabled where nothing else is said", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual([
      ...["sid", "service_sid", "account_sid", "friendly_name", "event_types", "status", "version", "webhook_url"],
      ...["webhook_method", "date_created", "date_updated", "url"],
    ]);
    expect(made.body).toMatchObject({
      ...{ friendly_name: "Events", event_types: ["factor.verified"], status: "enabled", version: "v2" },
      ...{ webhook_url: example, webhook_method: "POST", url: `${sandbox.url}${path}/${made.body.sid}` },
    });
    expect((await call("GET", `${path}/${made.body.sid}`)).text).toBe(made.text);
    const { body } = await call("GET", `/v2/Services/${sandboxServiceSid}`);
    expect(body.links).toMatchObject({ webhooks: `${sandbox.url}${path}` });
  });

  test("changes as it is told, an empty text as though it were not sent, and is gone when it is deleted", async () => {
    const { sid } = (await create({ Status: "disabled", Version: "v1" })).body;
    const at = `${path}/${sid}`;
    const changed = { FriendlyName: "Others", EventTypes: "*", WebhookUrl: `${example}2`, Version: "v2" };
    expect((await call("POST", at, changed)).body).toMatchObject({
      ...{ friendly_name: "Others", event_types: ["*"], webhook_url: `${example}2`, version: "v2", status: "disabled" },
    });
    const same = await call("POST", at, { FriendlyName: "", WebhookUrl: "", Status: "" });
    expect(same.body).toMatchObject({ friendly_name: "Others", webhook_url: `${example}2` });
    expect((await call("DELETE", at)).status).toBe(204);
    for (const method of ["GET", "POST", "DELETE"]) expect((await call(method, at)).body.code).toBe(20404);
    expect((await call("POST", path.replace(/1$/, "9").replace("1/W", "9/W"), fields)).body.code).toBe(20404);
  });

  test("event types are taken once each, in their order, and none that does not exist", async () => {
    const types = (...all: string[]): [string, string][] => [
      ...Object.entries({ ...fields, EventTypes: "" }).filter(([name]) => name !== "EventTypes"),
      ...all.map((type): [string, string] => ["EventTypes", type]),
    ];
    const made = await call("POST", path, types("challenge.denied", "*", "challenge.denied", "factor.created"));
    expect(made.body.event_types).toEqual(["challenge.denied", "*", "factor.created"]);
    for (const wrong of ["factor.expired", "", "Factor.created", "factor.*", "factor.created,factor.deleted"]) {
      for (const at of [path, `${path}/${made.body.sid}`]) {
        const { status, body } = await call("POST", at, types("factor.created", wrong));
        expect([status, body.code, body.message]).toEqual([400, 60306, "Invalid Request: EventTypes"]);
      }
    }
    expect((await call("POST", path, types())).body.message).toContain("EventTypes");
  });

  test("the eleventh of a service is refused, however many come at once, and other services have their own", async () => {
    const all = await Promise.all(Array.from({ length: 14 }, () => create()));
    const refused = all.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({
      status: 400,
      body: { code: 60200, message: "Invalid parameter: ServiceSid", details: { at_most: 10 } },
    });
    const other = await sandbox.api.createService();
    expect((await call("POST", path.replace(sandboxServiceSid, other), fields)).status).toBe(201);
  });

  test("are listed newest first by page, by the official SDK and by our client, typed", async () => {
    const client = twilio(sandboxAccount.accountSid, sandboxAccount.authToken);
    client.verify.baseUrl = sandbox.url;
    const { webhooks } = client.verify.v2.services(sandboxServiceSid);
    for (const name of ["one", "two", "three"]) {
      await webhooks.create({ friendlyName: name, eventTypes: ["factor.created", "*"], webhookUrl: example });
    }
    const names = (await webhooks.list({ pageSize: 2 })).map(({ friendlyName }) => friendlyName);
    expect(names).toEqual(["three", "two", "one"]);
    const [first] = await webhooks.list({ limit: 1 });
    const updated = await webhooks(first?.sid ?? "").update({ versionParam: "v1", status: "disabled" });
    expect(updated).toMatchObject({ version: "v1", status: "disabled", eventTypes: ["factor.created", "*"] });
    const wrong = webhooks.create({ friendlyName: "n", eventTypes: ["all"], webhookUrl: example });
    await expect(wrong).rejects.toMatchObject({ code: 60306, status: 400 });
    expect(await webhooks(first?.sid ?? "").remove()).toBe(true);

    const ours = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const params = { path: { ServiceSid: sandboxServiceSid } };
    const list = await unwrap(ours.GET("/v2/Services/{ServiceSid}/Webhooks", { params }));
    expect(list.webhooks.map(({ friendly_name }) => friendly_name)).toEqual(["two", "one"]);
    const { error } = await ours.POST("/v2/Services/{ServiceSid}/Webhooks", {
      params,
      body: { FriendlyName: "n", EventTypes: ["factor.deleted"], WebhookUrl: "http://127.0.0.1:1/" },
    });
    const failure: "status" | "timed_out" | "not_public" | "unreachable" | "unsigned" | undefined =
      error?.code === 60330 ? error.details?.failure : undefined;
    expect(failure).toBe("unreachable");
  });

  describe("the test post", () => {
    test("is signed with the account's secret, by both ways, and tells of nothing", async () => {
      expect((await create({ WebhookUrl: `${receiver.url}/events?from=x` })).status).toBe(201);
      const [{ method, path: at, headers, text }] = (await receiver.until(1)) as [(typeof receiver.received)[0]];
      expect([method, at, headers["content-type"]]).toEqual([
        "POST",
        "/events?from=x",
        "application/x-www-form-urlencoded",
      ]);
      const parameters = Object.fromEntries(new URLSearchParams(text));
      expect(Object.keys(parameters)).toEqual(["uuid", "type", "account_sid", "service_sid"]);
      expect(parameters).toMatchObject({ type: "webhook.test", service_sid: sandboxServiceSid });
      const signature = String(headers["x-twilio-signature"]);
      const validate = (url: string) => twilio.validateRequest(secret, signature, url, parameters);
      expect([validate(receiver.url + at), validate(`${receiver.url}/events`)]).toEqual([true, false]);
      const check = (body: string) => new Webhook(secret).verify(body, headers as never, { jsonParse: false });
      check(text);
      expect(() => check(`${text}&type=factor.verified`)).toThrow();
    });

    test.each<[answer: string, (response: import("node:http").ServerResponse) => void, details: object]>([
      ["204", (response) => void response.writeHead(204).end(), { failure: "status", status: 204 }],
      [
        "a redirect",
        (response) => void response.writeHead(302, { location: "/" }).end(),
        { failure: "status", status: 302 },
      ],
      ["500", (response) => void response.writeHead(500).end("<secret>"), { failure: "status", status: 500 }],
      ["nothing", (response) => void response.destroy(), { failure: "unreachable" }],
    ])("that is answered by %s makes no webhook, changes none, and repeats no answer", async (_, answer, details) => {
      const { sid } = (await create()).body;
      receiver.answer = answer;
      const refused = await create({ WebhookUrl: receiver.url });
      expect(refused).toMatchObject({ status: 400, body: { code: 60330, details } });
      expect(refused.body.details).toEqual(details);
      expect(refused.text).not.toContain("secret>");
      const moved = await call("POST", `${path}/${sid}`, { WebhookUrl: receiver.url, FriendlyName: "Others" });
      expect(moved.body).toMatchObject({ code: 60330, details });
      expect((await call("GET", path)).body.webhooks).toMatchObject([
        { friendly_name: "Events", webhook_url: example },
      ]);
      expect(receiver.received).toHaveLength(2);
    });

    test("is made where the address changes or is enabled, and where nothing could be posted it is not", async () => {
      const { sid } = (await create({ WebhookUrl: receiver.url, Status: "disabled" })).body;
      const update = (more: Record<string, string>) => call("POST", `${path}/${sid}`, more);
      await update({ WebhookUrl: `${receiver.url}/other` });
      expect(receiver.received).toHaveLength(0);
      await update({ Status: "enabled" });
      expect(receiver.received.map(({ path: at }) => at)).toEqual(["/other"]);
      await update({ Status: "enabled", FriendlyName: "Others", EventTypes: "*", WebhookUrl: `${receiver.url}/other` });
      await update({ Status: "disabled" });
      expect(receiver.received).toHaveLength(1);
      await update({ WebhookUrl: receiver.url, Status: "enabled" });
      expect(receiver.received.map(({ path: at }) => at)).toEqual(["/other", "/"]);
    });

    test("is of what the webhook would be, whatever else becomes of it meanwhile", async () => {
      const { sid } = (await create({ WebhookUrl: receiver.url, Status: "disabled" })).body;
      const update = (more: Record<string, string>) => call("POST", `${path}/${sid}`, more);
      receiver.answer = (response) => {
        const isMoved = receiver.received.at(-1)?.path === "/moved";
        if (isMoved) return void response.writeHead(500).end();
        update({ WebhookUrl: `${receiver.url}/moved` }).then(() => response.end());
      };
      const enabled = await update({ Status: "enabled" });
      expect(enabled.body).toMatchObject({ code: 60330, details: { failure: "status", status: 500 } });
      expect((await call("GET", `${path}/${sid}`)).body).toMatchObject({
        ...{ status: "disabled", webhook_url: `${receiver.url}/moved` },
      });
      receiver.answer = (response) => void call("DELETE", `${path}/${sid}`).then(() => response.end());
      expect((await update({ Status: "enabled" })).body.code).toBe(20404);
    });

    test("meets the faults that are set, and is made thirty times a minute at most", async () => {
      await sandbox.api.call("POST", "/sandbox/faults", { FailsWebhooks: "true" });
      const failed = await create();
      expect(failed.body).toMatchObject({ code: 60330, details: { failure: "status", status: 503 } });
      await Promise.all(Array.from({ length: 29 }, () => create()));
      expect((await create()).body).toMatchObject({ code: 20429, details: { retry_after_seconds: 60 } });
      await sandbox.api.call("DELETE", "/sandbox/faults");
      await sandbox.api.call("POST", "/sandbox/clock", { Seconds: "60" });
      expect((await create()).status).toBe(201);
    });
  });

  test.each([
    ...["ftp://acme.example.com/", "acme.example.com", "https://", "https://ada:pass@acme.example.com/", "https:/a"],
    ...["https://ada@acme.example.com/", `${example}#a`, `${example}#`, `${example} x`, `${example}/ü`, "javascript:1"],
    ...["https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://[fd00::1]/"],
    ...["https://[fe80::1]/", "https://0x0a000001/", "https://[::ffff:10.0.0.1]/", "https://100.64.0.1/"],
    ...["https://0.0.0.0/", "https://[fd00:ec2::254]/", "https://167772161/", `${example}?${"x".repeat(2048)}`],
  ])("an address is refused where nothing may be posted: %s", async (WebhookUrl) => {
    const { sid } = (await create({ Status: "disabled" })).body;
    for (const answer of [
      await create({ WebhookUrl, Status: "disabled" }),
      await call("POST", `${path}/${sid}`, { WebhookUrl }),
    ]) {
      expect([answer.status, answer.body.code, answer.body.message]).toEqual([
        400,
        60200,
        "Invalid parameter: WebhookUrl",
      ]);
    }
  });

  test("an address is kept as it is called and signed", async () => {
    const made = await create({ WebhookUrl: "HTTPS://Acme.Example.com:443/a/../b?c=%7e" });
    expect(made.body.webhook_url).toBe("https://acme.example.com/b?c=%7e");
  });
});

test("the names of parameters are signed in their order, and with secrets that overlap the newest signs for both", () => {
  const secrets = [secret, `whsec_${btoa("another secret of 24 bytes")}`];
  const url = "https://acme.example.com/";
  const { headers, body } = signedForm(url, { b: "2", a: "1 +&ü" }, { sid: "WD1", secrets, now: Date.now() });
  expect(twilio.validateRequest(secret, headers["x-twilio-signature"] ?? "", url, { a: "1 +&ü", b: "2" })).toBe(true);
  for (const each of secrets) new Webhook(each).verify(body, headers, { jsonParse: false });
});

describe("a production server", () => {
  let server: ProductionServer;
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await startDatabases();
    server = await startProduction({
      databaseUrl: await databases.create("SQLite"),
      secret: randomBytes(32).toString("hex"),
    });
  });
  afterAll(async () => {
    await server.close();
    await databases.stop();
  });

  test("takes https alone, and posts nothing to this machine and its networks, by number or by name", async () => {
    const at = `/v2/Services/${await server.api.createService()}/Webhooks`;
    const fields = { FriendlyName: "Events", EventTypes: "*" };
    const create = (WebhookUrl: string, more: Record<string, string> = {}) =>
      server.api.call("POST", at, { ...fields, WebhookUrl, ...more });
    for (const url of [
      receiver.url,
      "http://acme.example.com/",
      "https://127.0.0.1/",
      "https://[::1]/",
      "https://10.0.0.1/",
    ])
      expect((await create(url)).body.message).toBe("Invalid parameter: WebhookUrl");
    const named = `https://localhost:${new URL(receiver.url).port}/`;
    expect((await create(named)).body).toMatchObject({ code: 60330, details: { failure: "not_public" } });
    const { sid } = (await create(named, { Status: "disabled" })).body;
    const enabled = await server.api.call("POST", `${at}/${sid}`, { Status: "enabled" });
    expect(enabled.body).toMatchObject({ code: 60330, details: { failure: "not_public" } });
    const nobody = await create("https://nobody.invalid/");
    expect(nobody.body).toMatchObject({ code: 60330, details: { failure: "unreachable" } });
    expect(receiver.received).toEqual([]);
  });
});

test("a test post that is not answered in time is told so", () => {
  expect(failureOf({ error: "timed out" })).toEqual({ failure: "timed_out" });
  expect(failureOf({ status: 200 })).toBeUndefined();
});
