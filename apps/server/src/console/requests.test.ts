import { IncomingMessage } from "node:http";
import { connect, Socket } from "node:net";
import type { ConsoleRequest } from "@countersign/types";
import { expect, test } from "vitest";
import { authorizationOf, send } from "../../test-support/api.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import { sandboxKeys, sandboxServiceSid as serviceSid } from "../sandbox/account.ts";
import { sandboxAccount } from "../sandbox/sandbox.ts";
import { createRequestTape } from "./requests.ts";

const sandbox = useSandbox();
const { api } = sandbox;
const To = "+12025550123";

async function list(query = ""): Promise<ConsoleRequest[]> {
  const { status, text } = await api.call("GET", `/console/requests${query}`);
  expect(status, text).toBe(200);
  return JSON.parse(text).requests;
}

test("tells of a request what was sent and answered, with its code masked and its recipient whole", async () => {
  const { headers, text } = await api.check(serviceSid, { To, Code: "123456" });
  const [latest] = await list();
  expect(latest).toEqual({
    sid: headers.get("twilio-request-id"),
    date: expect.stringMatching(/^\d{4}-.*Z$/),
    method: "POST",
    path: `/v2/Services/${serviceSid}/VerificationCheck`,
    operation_id: "createVerificationCheck",
    status: 404,
    error: {
      code: 20404,
      message: `The requested resource /Services/${serviceSid}/VerificationCheck was not found`,
      cause: expect.stringContaining("No such resource"),
      remedy: expect.stringContaining("Check the SIDs"),
      api: "v2",
    },
    milliseconds: expect.any(Number),
    content_type: "application/x-www-form-urlencoded;charset=UTF-8",
    body: "To=%2B12025550123&Code=••••••",
    answer: text,
  });
  expect(latest?.milliseconds).toBeGreaterThan(0);
});

test("what the console's page reads is not among them, and what somebody has it do is", async () => {
  const page = { "sec-fetch-site": "same-origin" };
  await send(`${sandbox.url}/v2/Services?read=by-page`, { headers: page });
  const path = `/v2/Services/${serviceSid}/Verifications`;
  await send(`${sandbox.url}${path}`, {
    method: "POST",
    headers: page,
    body: new URLSearchParams({ To, Channel: "sms" }),
  });
  await send(`${sandbox.url}/v2/Attempts`, { headers: { ...page, authorization: authorizationOf(sandboxAccount) } });
  expect((await list()).slice(0, 2).map((request) => request.path)).toEqual(["/v2/Attempts", path]);
  expect((await list()).filter((request) => request.path.endsWith("by-page"))).toEqual([]);
});

test("keeps no code and no secret of either API, whatever asks for it or answers it", async () => {
  const custom = { FriendlyName: "Custom", CustomCodeEnabled: "true" };
  const own = await api.createService(custom);
  await api.start(own, { To: "+14155552671", CustomCode: "918273" });
  await api.call("GET", "/sandbox/messages");
  const { body } = await api.start(serviceSid, { To: "+12025550124", Channel: "sna" });
  const token = body.sna?.url.replace(/^.*\//, "") ?? "";
  await send(`${sandbox.url}/sna/${token}`);
  await api.call("POST", `/v2/Services/${own}/VerificationCheck`, { VerificationSid: "x", Code: "918273" });
  const form = { via: "sms", country_code: "1", phone_number: "202-555-0123" };
  for (const format of ["json", "xml"]) {
    const path = `/protected/${format}/phones/verification`;
    await send(`${sandbox.url}${path}/start?api_key=${sandboxKeys.apiKey}`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    await send(
      `${sandbox.url}${path}/check?api_key=${sandboxKeys.apiKey}&country_code=1&phone_number=202-555-0123&verification_code=918273`,
    );
  }
  const kept = JSON.stringify(await list());
  for (const secret of ["918273", token, "api_key=sandbox"]) expect(kept).not.toContain(secret);
  expect(kept).toContain("202-555-0123");
});

test("tells the error of v1 with what the catalogue of v1 has, in JSON and in XML", async () => {
  for (const format of ["json", "xml"]) {
    await send(`${sandbox.url}/protected/${format}/phones/verification/start`, { method: "POST" });
    const [latest] = await list();
    expect([latest?.operation_id, latest?.error?.api, latest?.error?.code]).toEqual([
      "startPhoneVerification",
      "v1",
      60001,
    ]);
    expect(latest?.error?.remedy).toMatch(/key/);
  }
});

const body = new URLSearchParams({ Code: "918273", To });
const post = { method: "POST", body };
const authorized = { authorization: authorizationOf(sandboxAccount) };

test.each([
  ["an unknown path", "/v2/Servces", { ...post, headers: authorized }, 404, 20404, null],
  ["a method that a path has not", "/v2/Services", { method: "DELETE", headers: authorized }, 405, 20004, null],
  ["wrong credentials", "/v2/Services", post, 401, 20003, "createService"],
  [
    "a body that is too long",
    "/v2/Services",
    { method: "POST", headers: authorized, body: "x".repeat(17_000) },
    413,
    20413,
    "createService",
  ],
  ["an address whose encoding is broken", "/v2/Services/%zz", { headers: authorized }, 404, 20404, "fetchService"],
  ["an unknown path of v1", "/protected/json/nothing", post, 404, 60002, null],
])("keeps what was refused: %s", async (_, path, init, status, code, operationId) => {
  await send(`${sandbox.url}${path}`, init as RequestInit);
  const [latest] = await list();
  expect([latest?.path, latest?.status, latest?.error?.code, latest?.operation_id]).toEqual([
    path,
    status,
    code,
    operationId,
  ]);
  const isForm = "body" in init && init.body === body;
  if (isForm) expect(latest?.body).toBe("Code=••••••&To=%2B12025550123");
});

test("keeps what is refused before an operation is looked for", async () => {
  const { port, hostname } = new URL(sandbox.url);
  const socket = connect(Number(port), hostname);
  socket.end("GET /v2/Services HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  await new Promise((resolve) => socket.resume().on("close", resolve));
  const [latest] = await list();
  expect([latest?.path, latest?.status, latest?.error?.message]).toEqual([
    "/v2/Services",
    400,
    "Invalid parameter: Host",
  ]);
});

test("leaves out what the console itself asks for, probes and pages, and nothing else of the sandbox", async () => {
  const before = (await list())[0]?.sid;
  await list("?status=404");
  await api.call("GET", "/sandbox/messages/next?TimeoutSeconds=0");
  await send(`${sandbox.url}/healthz`).catch(() => undefined);
  expect(await list(`?after=${before}`)).toEqual([]);
  await api.call("GET", "/sandbox/clock");
  expect((await list(`?after=${before}`)).map(({ operation_id }) => operation_id)).toEqual(["fetchClock"]);
});

test("filters by what came later, by method and by status, and refuses other filters by name", async () => {
  await api.call("GET", "/v2/Services");
  const [{ sid } = { sid: "" }] = await list();
  await api.call("GET", "/v2/Services");
  await api.call("POST", "/v2/Services", {});
  expect((await list(`?after=${sid}`)).map(({ method }) => method)).toEqual(["POST", "GET"]);
  expect((await list(`?after=${sid}&method=GET`)).map(({ status }) => status)).toEqual([200]);
  expect((await list(`?after=${sid}&status=400`)).map(({ error }) => error?.code)).toEqual([20001]);
  expect((await list(`?after=RQ${"0".repeat(32)}`)).length).toBe((await list()).length);
  for (const [query, name] of [
    ["after=RQ1", "after"],
    ["status=x", "status"],
    ["method=get", "method"],
    ["Status=1", "Status"],
  ]) {
    const { status, body } = await api.call("GET", `/console/requests?${query}`);
    expect([status, body.message]).toEqual([400, `Invalid parameter: ${name}`]);
  }
});

test("keeps the last thousand, and a bounded part of what is long", async () => {
  const tape = createRequestTape(bundledDocument, Date.now);
  const answer = { status: 200, headers: {}, body: `{"a":"${"b".repeat(9_000)}"}` };
  for (let count = 1; count <= 2_150; count += 1) {
    const request = {
      method: "GET",
      url: `/v2/Services?n=${count}&${"c".repeat(3_000)}`,
      headers: {},
    } as IncomingMessage;
    tape.answered(request, answer, "/v2/Services");
  }
  await Promise.resolve();
  const all = tape.list();
  expect([all.length, all[0]?.path.slice(0, 20), all.at(-1)?.path.slice(0, 20)]).toEqual([
    1_000,
    "/v2/Services?n=2150&",
    "/v2/Services?n=1151&",
  ]);
  expect([all[0]?.path.length, all[0]?.answer?.length, all[0]?.answer?.at(-1)]).toEqual([2_048, 8_192, "…"]);
  await api.call("POST", "/v2/Services", { FriendlyName: `${"a".repeat(5_000)}&Code=123456` });
  expect((await list())[0]?.body).toHaveLength(4_096);
});

test("has every letter of a body, also of one that broke apart between two packets", async () => {
  const tape = createRequestTape(bundledDocument, Date.now);
  const request = Object.assign(new IncomingMessage(new Socket()), { method: "POST", url: "/v2/Services" });
  tape.arrived(request);
  const bytes = Buffer.from("FriendlyName=Grüße \u{1F44B}");
  for (const part of [bytes.subarray(0, 16), bytes.subarray(16, -2), bytes.subarray(-2)]) request.push(part);
  tape.answered(request, { status: 201, headers: {}, body: "{}" }, "/v2/Services");
  await Promise.resolve();
  expect(tape.list()[0]?.body).toBe("FriendlyName=Grüße \u{1F44B}");
});

test("outlives a reset, and tells nobody without the account's credentials", async () => {
  await api.call("POST", "/sandbox/reset");
  expect((await list())[0]?.operation_id).toBe("resetSandbox");
  expect((await send(`${sandbox.url}/console/requests`)).status).toBe(401);
});
