import { checkResponse } from "@countersign/contract/response";
import { expect, test } from "vitest";
import { documented } from "../../test-support/documented.ts";
import {
  answerExample,
  credentials,
  fakeApp,
  type Given,
  get,
  post,
  servedOperations,
  serviceSid,
  signature,
} from "../../test-support/fake-app.ts";
import type { Handlers } from "../kernel/handler.ts";

const verifications = `/v2/Services/${serviceSid}/Verifications`;

/** Answers every operation's example, and keeps which operation was called with what. */
function recordingApp() {
  const calls: { operationId: string; given: Given }[] = [];
  const handlers = Object.fromEntries(
    servedOperations.map(({ operation: { operationId } }) => [
      operationId,
      async (given: Given) => {
        calls.push({ operationId, given });
        return { ok: false, refusal: { code: 20404 } } as const;
      },
    ]),
  );
  return { app: fakeApp(handlers), calls };
}

const app = fakeApp();
test.each(servedOperations.map((placed) => [placed.operation.operationId, placed] as const))(
  "%s is served at its method and path",
  async (operationId, { method, path, parameters }) => {
    const example = (name: string) => String((parameters.find((p) => p.name === name) as { example?: string }).example);
    const url = path.replace(/\{(\w+)\}/g, (_, name) => example(name));
    const headers = { authorization: credentials, "webhook-signature": signature };
    const answer = await app.inject({ method: method as "GET", url, headers });
    expect([200, 201, 204, 400]).toContain(answer.statusCode);
    expect(checkResponse(documented, operationId, answer.statusCode, answer.headers, answer.body)).toEqual([]);
  },
);

test("a fixed path goes before a parameter", async () => {
  const { app, calls } = recordingApp();
  await app.inject(get("/v2/Attempts/Summary"));
  await app.inject(get("/v2/Attempts/VL00000000000000000000000000000001"));
  expect(calls.map(({ operationId }) => operationId)).toEqual(["fetchAttemptsSummary", "fetchAttempt"]);
});

test("a plus sign in a path stays a plus sign, and escapes are decoded", async () => {
  const { app, calls } = recordingApp();
  await app.inject(get(`${verifications}/+12025550123`));
  await app.inject(get(`${verifications}/%2B12025550123`));
  await app.inject(get(`${verifications}/a%2Fb%20%C3%A9@example.com`));
  expect(calls.map(({ given }) => given.path.Sid)).toEqual(["+12025550123", "+12025550123", "a/b é@example.com"]);
});

test.each(["%", "%zz", "%ff", "%c3", "%ed%a0%80"])("security.md 16: %s in a path is 404", async (segment) => {
  const { app, calls } = recordingApp();
  const answer = await app.inject(get(`${verifications}/${segment}`));
  expect(checkResponse(documented, "fetchVerification", 404, answer.headers, answer.body)).toEqual([]);
  expect([answer.statusCode, answer.json().code, calls]).toEqual([404, 20404, []]);
});

test("security.md 16: a null byte in a path is 404, and one in the query is not the path's", async () => {
  const { app, calls } = recordingApp();
  expect((await app.inject(get(`${verifications}/a%00b`))).statusCode).toBe(404);
  expect(calls).toEqual([]);
  await app.inject(get(`${verifications}/a?x=%00`));
  expect(calls).toHaveLength(1);
});

test("an address as long as the document allows is served", async () => {
  const { app, calls } = recordingApp();
  await app.inject(get(`${verifications}/${"a".repeat(242)}@example.com`));
  expect(calls).toHaveLength(1);
  expect((await app.inject(get(`${verifications}/${"a".repeat(243)}@example.com`))).statusCode).toBe(404);
  expect(calls).toHaveLength(1);
});

test("a malformed SID in the path is 404, and the message names the parameter in its place", async () => {
  const { app, calls } = recordingApp();
  const answer = await app.inject(get("/v2/Services/VA123"));
  expect(answer.statusCode).toBe(404);
  expect(answer.json()).toEqual({
    code: 20404,
    message: "The requested resource /Services/{Sid} was not found",
    more_info: "https://countersign.github.io/countersign/errors/20404",
    status: 404,
  });
  expect(calls).toEqual([]);
});

test("an unknown path is 404, whatever the method, the body or the credentials", async () => {
  const app = fakeApp();
  for (const url of ["/", "/v2", "/v2/Nothing", "/v2/Services/x/y", "//", "/v2/services"]) {
    const answer = await app.inject({ method: "POST", url, payload: "x", headers: { "content-type": "nonsense" } });
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 20404]);
  }
});

test("a wrong method on a known path is 405 with Allow", async () => {
  const app = fakeApp();
  const allowed = [];
  for (const [method, url] of [
    ["PUT", "/v2/Services"],
    ["PATCH", `/v2/Services/${serviceSid}`],
    ["OPTIONS", "/v2/Attempts/Summary"],
    ["HEAD", verifications],
    ["PROPFIND", verifications],
  ] as const) {
    const answer = await app.inject({ method: method as "PUT", url, headers: { "content-type": "nonsense" } });
    expect(answer.statusCode).toBe(405);
    if (method !== "HEAD") expect(answer.json()).toMatchObject({ code: 20004, message: "Method not allowed" });
    allowed.push(answer.headers.allow);
  }
  expect(allowed).toEqual(["GET, HEAD, POST", "GET, HEAD, POST, DELETE", "GET, HEAD", "POST", "POST"]);
});

test("HEAD answers as GET does, without the body", async () => {
  const app = fakeApp();
  const read = await app.inject(get("/v2/Services"));
  const head = await app.inject({ ...get("/v2/Services"), method: "HEAD" });
  expect([head.statusCode, head.body]).toEqual([200, ""]);
  expect(head.headers["content-length"]).toBe(read.headers["content-length"]);
});

test("security.md 12: without the sandbox its operations do not exist", async () => {
  const others = servedOperations.filter(
    ({ operation }) => !operation.tags?.includes("Sandbox") && !operation["x-sandbox-only"],
  );
  const handlers = others.map(({ operation: { operationId } }) => [operationId, answerExample(operationId)]);
  const app = fakeApp({}, { handlers: Object.fromEntries(handlers) });
  const lookup = get("/v2/PhoneNumbers/+12025550123");
  for (const request of [get("/sandbox/messages"), get("/sandbox/clock"), post("/sandbox/reset"), lookup]) {
    expect((await app.inject(request)).statusCode).toBe(404);
  }
});

test("an operation without a handler does not exist", async () => {
  const listServices = answerExample("listServices") as unknown as Handlers["listServices"];
  const app = fakeApp({}, { handlers: { listServices } });
  expect((await app.inject(get(`/v2/Services/${serviceSid}`))).statusCode).toBe(404);
});
