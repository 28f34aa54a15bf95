import { checkResponse } from "@countersign/contract/response";
import { examplesOf, formOf, type RequestBody, resolve } from "@countersign/document";
import { expect, test } from "vitest";
import { documented } from "../../test-support/documented.ts";
import {
  answerExample,
  bundle,
  errorsOfOperation,
  exampleOf,
  type FakeHandler,
  fakeApp,
  get,
  post,
  refuseWith,
  servedOperations,
  serviceSid,
} from "../../test-support/fake-app.ts";
import { type Refusal, StoreUnavailableError } from "../kernel/refusal.ts";

const checks = `/v2/Services/${serviceSid}/VerificationCheck`;
const check = post(checks, "To=%2B12025550123&Code=123456");

async function answerTo(handler: FakeHandler) {
  return fakeApp({ createVerificationCheck: handler }).inject(check);
}

test("a success has the document's status, and the handler's value as it is", async () => {
  const { sna_attempts_error_codes, ...rest } = exampleOf("createVerificationCheck") as Record<string, unknown>;
  const value = { sna_attempts_error_codes, ...rest, amount: null };
  const answer = await answerTo(async () => ({ ok: true, value }));
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  expect(answer.body).toBe(JSON.stringify(value));
});

test("a success without a body is empty", async () => {
  const answer = await fakeApp().inject({ ...get(`/v2/Services/${serviceSid}`), method: "DELETE" });
  expect([answer.statusCode, answer.body, answer.headers["content-type"]]).toEqual([204, "", undefined]);
});

test("an answer that is text as a rule is JSON for whoever asks for JSON", async () => {
  const app = fakeApp();
  for (const [accept, type] of [
    ["*/*", "text/plain; charset=utf-8"],
    ["application/json", "application/json; charset=utf-8"],
  ] as const) {
    const answer = await app.inject({ method: "GET", url: "/sna/abc", headers: { accept } });
    expect(answer.headers["content-type"]).toBe(type);
    expect(checkResponse(documented, "openSnaUrl", 200, answer.headers, answer.body)).toEqual([]);
  }
  const missing = fakeApp({ openSnaUrl: answerExample("openSnaUrl") });
  expect((await missing.inject("/sna/abc")).body).toBe("ErrorCode=0&ErrorDescription=Success&Carrier=Example+Wireless");
});

const refusals = servedOperations.flatMap(({ operation }) =>
  [...errorsOfOperation(operation).values()]
    .filter(({ code }) => code !== 20003 && code !== 20500)
    .map((error) => [operation.operationId, error.code, error] as const),
);

/** One app for all of them, since to make one reads the whole document: each operation refuses with what is next. */
let refuseNext: FakeHandler;
const refusing = fakeApp(
  Object.fromEntries(
    servedOperations.map(({ operation }): [string, FakeHandler] => [
      operation.operationId,
      (given) => refuseNext(given),
    ]),
  ),
);

test.each(refusals)("%s answers a refusal with %i as the document has it", async (operationId, code, error) => {
  const placed = servedOperations.find(({ operation }) => operation.operationId === operationId);
  refuseNext = refuseWith({ code, parameter: "To" });
  const url = placed?.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(String(placed.parameters.find((parameter) => parameter.name === name)?.example)),
  );
  const needed = placed?.parameters.filter((parameter) => parameter.in === "query" && parameter.required) ?? [];
  const query = new URLSearchParams(needed.map(({ name, example }): [string, string] => [name, String(example)]));
  const form = placed && formOf(bundle, placed.operation);
  const [example] = form ? examplesOf(bundle, form) : [];
  const fields = Object.entries((example?.[1] ?? {}) as Record<string, unknown>).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((each): [string, string] => [name, typeof each === "object" ? JSON.stringify(each) : String(each)]),
  );
  const { requestBody } = placed?.operation ?? {};
  const json = requestBody && resolve<RequestBody>(bundle, requestBody).content["application/json"];
  const [, value] = (json && examplesOf(bundle, json)[0]) ?? [];
  const payload = value ? JSON.stringify(value) : String(new URLSearchParams(fields));
  const method = placed?.method as "POST";
  const answer = await refusing.inject({
    ...post(`${url}?${query}`, payload, value ? { "content-type": "application/json" } : {}),
    method,
  });
  expect(answer.statusCode).toBe(error.status);
  expect(checkResponse(documented, operationId, answer.statusCode, answer.headers, answer.body)).toEqual([]);
  expect(answer.json().code).toBe(code);
});

test("a refusal's text names the parameter", async () => {
  const answer = await answerTo(refuseWith({ code: 60200, parameter: "$& {path}" }));
  expect(answer.json().message).toBe("Invalid parameter: $& {path}");
});

test("a 404 repeats the path without its version, and tells the reason", async () => {
  const reasons: (Refusal["reason"] | undefined)[] = [
    "approved",
    "expired",
    "canceled",
    "max_attempts_reached",
    undefined,
  ];
  for (const reason of reasons) {
    const answer = await answerTo(refuseWith({ code: 20404, ...(reason && { reason }) }));
    expect(answer.json()).toMatchObject({
      message: `The requested resource /Services/${serviceSid}/VerificationCheck was not found`,
      details: { reason: reason ?? "unknown" },
    });
  }
});

test("a reason stays away where the document has no details", async () => {
  const app = fakeApp({ fetchService: refuseWith({ code: 20404, reason: "unknown" }) });
  expect((await app.inject(get(`/v2/Services/${serviceSid}`))).json()).not.toHaveProperty("details");
});

test("security.md 4: a 404 does not repeat anybody's phone number or e-mail address", async () => {
  const app = fakeApp({ fetchVerification: refuseWith({ code: 20404 }) });
  const personal = [
    "+12025550123",
    "%2B12025550123",
    "12025550123",
    "%31%32%30%32%35%35%35",
    "1-202-555-0123",
    "ada@example.com",
  ];
  for (const recipient of [...personal, "ada%40example.com", "ada"]) {
    const answer = await app.inject(get(`/v2/Services/${serviceSid}/Verifications/${recipient}`));
    expect(answer.json().message).toBe(
      `The requested resource /Services/${serviceSid}/Verifications/{Sid} was not found`,
    );
  }
});

test.each([
  ["/v2/Services/sandbox-key", "/Services/{Sid}"],
  [`/v2/Services/${serviceSid}/Verifications/hunter2`, `/Services/${serviceSid}/Verifications/{Sid}`],
  [`/v2/Services/${serviceSid}/Verifications/%zz`, `/Services/${serviceSid}/Verifications/{Sid}`],
  [`/v2/Services/${serviceSid}/hunter2`, `/Services/${serviceSid}/{unknown}`],
  ["/sna/1.c2VjcmV0", "/sna/{Token}"],
  ["/v2/Contacts/Phones/+12025550123", "/{unknown}/{unknown}/{unknown}"],
  ["/v2/hunter2/Services//", "/{unknown}/Services//"],
  ["/hunter2", "/{unknown}"],
])("security.md 4: a 404 repeats no part of a path but the document's words and sids: %s", async (path, shown) => {
  const app = fakeApp({ fetchVerification: refuseWith({ code: 20404 }), openSnaUrl: refuseWith({ code: 20404 }) });
  const answer = await app.inject(get(path));
  expect([answer.statusCode, answer.json().message]).toEqual([404, `The requested resource ${shown} was not found`]);
});

test.each<[Refusal, wait: number | undefined, retryAfter: string | undefined]>([
  [{ code: 60202, retryAfterSeconds: 599.2 }, 600, undefined],
  [{ code: 60202, retryAfterSeconds: 3 }, 3, undefined],
  [{ code: 60202 }, 1, undefined],
  [{ code: 20429 }, 1, "1"],
  [{ code: 20429, retryAfterSeconds: 29.1 }, 30, "30"],
  [{ code: 20429, retryAfterSeconds: 79_359 }, 79_359, undefined],
  [{ code: 20503 }, undefined, "1"],
  [{ code: 60221 }, undefined, undefined],
])(
  "security.md 14: %j tells its wait in details, and in Retry-After where it is short and repeating right",
  async (refusal, wait, retryAfter) => {
    const answer = await answerTo(refuseWith(refusal));
    expect(answer.json().details?.retry_after_seconds).toBe(wait);
    expect(answer.headers["retry-after"]).toBe(retryAfter);
  },
);

test("security.md 14 and 23: a store that is away is a 503 with Retry-After", async () => {
  const answer = await answerTo(() => Promise.reject(new StoreUnavailableError("db.internal:5432")));
  expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "1"]);
  expect(checkResponse(documented, "createVerificationCheck", 503, answer.headers, answer.body)).toEqual([]);
  expect(answer.body).not.toContain("internal");
});

test("the store may be away for every operation", () => {
  for (const { operation } of servedOperations) expect(errorsOfOperation(operation).has(20503)).toBe(true);
});

test.each([
  ["an exception", () => Promise.reject(new Error("secret detail"))],
  [
    "an exception at once",
    () => {
      throw "secret detail";
    },
  ],
  ["a refusal that the operation does not document", refuseWith({ code: 60203 })],
  ["a refusal that nothing documents", refuseWith({ code: 1, parameter: "secret detail" })],
] as [string, FakeHandler][])("%s is a 500 without any detail", async (_, handler) => {
  const answer = await answerTo(handler);
  expect(checkResponse(documented, "createVerificationCheck", 500, answer.headers, answer.body)).toEqual([]);
  expect([answer.statusCode, answer.json()]).toEqual([
    500,
    {
      code: 20500,
      message: "Internal server error",
      more_info: "https://countersign.github.io/countersign/errors/20500",
      status: 500,
    },
  ]);
});

test("every answer has a request id of its own", async () => {
  const app = fakeApp();
  const ids = [];
  for (const url of ["/v2/Services", "/v2/Nothing", "/v2/%", "/sna/abc"]) {
    ids.push((await app.inject(url)).headers["twilio-request-id"]);
  }
  ids.push((await app.inject({ method: "PUT", url: "/v2/Services" })).headers["twilio-request-id"]);
  for (const id of ids) expect(id).toMatch(/^RQ[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(ids.length);
});
