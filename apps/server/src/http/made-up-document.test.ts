import { type OpenApiDocument, type Operation, operationOf, resolve } from "@countersign/document";
import inject from "light-my-request";
import { afterEach, expect, test } from "vitest";
import { takeDepartures } from "../../test-support/departures.ts";
import {
  accountSid,
  bundle,
  credentials,
  type FakeHandler,
  type Given,
  refuseWith,
} from "../../test-support/fake-app.ts";
import { byAccount } from "../accounts/authenticate.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { everyScope } from "../kernel/scope.ts";
import { createApp } from "./app.ts";
import type { Authenticator } from "./v2-operation.ts";

/** What operations that are to come ask of the document, and none of today's has. */
const header = { schema: { type: "string" } };
const made = operationOf(bundle, "createVerificationCheck").operation;

// The project's own document knows nothing of these answers.
afterEach(() => void takeDepartures());

function documentWith(operation: object, more: { details?: object } = {}): OpenApiDocument {
  const { "200": _, "400": invalid, "429": tooMany, ...responses } = made.responses;
  const headers = { "Retry-After": header, "Twilio-Reached-Rate-Limit": header };
  const withDetails = (response: object | undefined) => {
    const { content } = resolve(bundle, response as { content: Record<string, { schema: object }> });
    const { schema, ...media } = content["application/json"] as { schema: { oneOf?: object[] } };
    const oneOf = (schema.oneOf ?? [schema]).map((alternative) =>
      more.details ? { allOf: [alternative], properties: { details: more.details } } : alternative,
    );
    return { headers, content: { "application/json": { ...media, schema: { oneOf } } } };
  };
  const made200 = { headers: { "Made-Up": header }, content: { "application/json": { schema: { type: "object" } } } };
  return {
    ...bundle,
    components: {
      ...bundle.components,
      securitySchemes: { ...bundle.components.securitySchemes, deviceToken: { type: "http", scheme: "basic" } },
    },
    paths: {
      ...bundle.paths,
      "/v2/Made/{Id}": {
        parameters: [{ name: "Id", in: "path", required: true, schema: { type: "string" } }],
        post: {
          operationId: "make",
          responses: { ...responses, "200": made200, "400": withDetails(invalid), "429": withDetails(tooMany) },
          ...operation,
        } as unknown as Operation,
      },
    },
  };
}

function appWith(document: object, make: FakeHandler, authenticators: Record<string, Authenticator> = {}) {
  const basicAuth = byAccount(async (actor) => ({ kind: "account", accountSid: actor, actor, scopes: everyScope }));
  const handlers = { make } as object;
  const app = createApp({ document, handlers, authenticators: { basicAuth, ...authenticators } });
  return (headers: Record<string, string> = {}, payload: string | Buffer = "") =>
    inject(app.handle, {
      method: "POST",
      url: "/v2/Made/1",
      payload,
      headers: { authorization: credentials, "content-type": "application/x-www-form-urlencoded", ...headers },
    });
}

test("a success carries those headers that the document has for it, as it spells them, and no other", async () => {
  const headers = { "Made-Up": "a, b", "X-Other": "c", "content-type": "text/html" };
  const answer = await appWith(documentWith({}), async () => accepted({}, { headers }))();
  expect([answer.statusCode, answer.body]).toEqual([200, "{}"]);
  expect(answer.headers).toMatchObject({ "made-up": "a, b", "content-type": "application/json; charset=utf-8" });
  expect(answer.headers).not.toHaveProperty("x-other");
  expect((answer.raw.res as { _header?: string })._header).toContain("\r\nMade-Up: a, b\r\n");
});

test("a refusal carries details of any shape that the document has, and headers of its answer", async () => {
  const details = { rate_limit: "address", bucket: "BL1", max: 4, interval: 600, retry_after_seconds: 538 };
  const headers = { "Twilio-Reached-Rate-Limit": "address", "X-Other": "c" };
  const document = documentWith({}, { details: { type: "object" } });
  const answer = await appWith(document, async () => refused(20429, { details, headers, retryAfterSeconds: null }))();
  expect([answer.statusCode, answer.json().details]).toEqual([429, details]);
  expect(answer.headers["twilio-reached-rate-limit"]).toBe("address");
  for (const name of ["x-other", "retry-after"]) expect(answer.headers).not.toHaveProperty(name);
  const unknown = { parameter: "RateLimits", unknown: ["ip"] };
  const invalid = await appWith(document, refuseWith({ code: 60200, parameter: "RateLimits", details: unknown }))();
  expect(invalid.json()).toMatchObject({ message: "Invalid parameter: RateLimits", details: unknown });
});

test("details stay away where the document has none, and where a refusal has none", async () => {
  const away = refuseWith({ code: 20503, details: { a: 1 } });
  expect((await appWith(documentWith({}), away)()).json()).not.toHaveProperty("details");
  const document = documentWith({}, { details: { type: "object" } });
  const invalid = refuseWith({ code: 60200, parameter: "To" });
  expect((await appWith(document, invalid)()).json()).not.toHaveProperty("details");
  const answer = await appWith(document, refuseWith({ code: 20429, retryAfterSeconds: 30 }))();
  expect(answer.json().details).toEqual({ retry_after_seconds: 30 });
  expect(answer.headers["retry-after"]).toBe("30");
});

const requestBody = {
  content: {
    "application/json": {
      schema: {
        type: "object",
        "x-camel-case": true,
        required: ["friendly_name"],
        properties: {
          friendly_name: { type: "string", maxLength: 8 },
          rawId: { type: ["string"] },
          config: {
            type: "object",
            "x-invalid": 60202,
            properties: { relying_party: { type: "object", properties: { id: { type: "string" } } } },
          },
        },
      },
    },
  },
};

/** What a handler was given as its body, or the code and the text of the refusal. */
async function sendJson(payload: string | Buffer, operation: object = {}, type = "application/json; charset=utf-8") {
  let given: object | undefined;
  const make: FakeHandler = async ({ body }) => {
    given = body;
    return accepted({});
  };
  const answer = await appWith(documentWith({ requestBody, ...operation }), make)({ "content-type": type }, payload);
  return given ?? [answer.json().code, answer.json().message];
}

test("a JSON body is read in both spellings, and null and empty objects count as not given", async () => {
  const whole = { friendly_name: "A", config: { relying_party: { id: "b" } } };
  const camel = { friendlyName: "A", rawId: null, config: { relyingParty: { id: "b", name: null } } };
  expect(await sendJson(JSON.stringify(whole))).toEqual(whole);
  expect(await sendJson(JSON.stringify(camel), {}, "application/json")).toEqual(whole);
  expect(await sendJson(`\ufeff${JSON.stringify(camel)}`, {}, "application/json; charset=latin1")).toEqual(whole);
  const empty = { friendly_name: "A", friendlyName: "B", rawId: "c", config: { relying_party: {} } };
  expect(await sendJson(JSON.stringify(empty))).toEqual({ friendly_name: "A", rawId: "c" });
});

test("a body that is no JSON object, or of another kind, is refused by the first parameter", async () => {
  const refusal = [60200, "Invalid parameter: friendly_name"];
  for (const body of [
    "",
    "{",
    "[]",
    "null",
    "7",
    '"a"',
    "{}",
    '{"friendly_name":"\\ud800"}',
    Buffer.from('{"a":"\xff"}', "latin1"),
  ]) {
    expect(await sendJson(body)).toEqual(refusal);
  }
  expect(await sendJson("friendly_name=A", {}, "application/x-www-form-urlencoded")).toEqual(refusal);
});

test("an operation takes a form or JSON, as the document says of it", async () => {
  const { schema } = requestBody.content["application/json"];
  const content = { ...requestBody.content, "application/x-www-form-urlencoded": { schema } };
  const both = { requestBody: { content } };
  expect(await sendJson("friendly_name=A", both, "application/x-www-form-urlencoded")).toEqual({ friendly_name: "A" });
  expect(await sendJson('{"friendlyName":"A"}', both)).toEqual({ friendly_name: "A" });
});

test("an invalid parameter answers the error that the document names for it, else that of its operation", async () => {
  const codeOf = async (body: object, operation: object) =>
    ((await sendJson(JSON.stringify(body), operation)) as [number])[0];
  const config = { relying_party: { id: 7 } };
  expect(await codeOf({ friendly_name: 7 }, {})).toBe(60200);
  expect(await codeOf({ friendly_name: 7 }, { "x-invalid": 20404 })).toBe(20404);
  expect(await codeOf({ friendly_name: "A", config }, { "x-invalid": 20404 })).toBe(60202);
});

test("a body may be as long as the document lets it be, which is 16 KiB where it says nothing", async () => {
  const body = JSON.stringify({ friendly_name: "A", more: "x".repeat(20_000) });
  expect(await sendJson(body)).toEqual([20413, expect.any(String)]);
  expect(await sendJson(body, { "x-body-bytes-max": 32_768 })).toMatchObject({ friendly_name: "A" });
});

/** By a token of its own, beside the accounts. */
const deviceToken: Authenticator = ({ authorization }) =>
  authorization === `Basic ${btoa("token:right")}`
    ? { kind: "device", accountSid, actor: "YF1", scopes: new Set(["check"]) }
    : undefined;

test("a request carries in whose name it is, by the first of the document's schemes that it has the proof of", async () => {
  const security = [{ basicAuth: [] }, { deviceToken: ["check"] }];
  const principals: Given["principal"][] = [];
  const make: FakeHandler = async ({ principal }) => accepted(principals.push(principal) && {});
  const send = appWith(documentWith({ security }), make, { deviceToken });
  await send();
  await send({ authorization: `Basic ${btoa("token:right")}` });
  expect((await send({ authorization: `Basic ${btoa("token:wrong")}` })).statusCode).toBe(401);
  expect(principals).toMatchObject([
    { kind: "account", accountSid, actor: accountSid, scopes: everyScope },
    { kind: "device", accountSid, actor: "YF1" },
  ]);
});

test("whoever lacks a scope that the document asks for is refused, and told which", async () => {
  const answerTo = async (scopes: string[]) => {
    const document = documentWith({ security: [{ deviceToken: scopes }] });
    const send = appWith(document, async () => accepted({}), { deviceToken });
    return send({ authorization: `Basic ${btoa("token:right")}` });
  };
  expect((await answerTo(["check"])).statusCode).toBe(200);
  const refusal = await answerTo(["check", "manage"]);
  expect([refusal.statusCode, refusal.json().details]).toEqual([403, { missing_scope: "manage" }]);
});

test("an operation that nobody could prove himself for is not served", async () => {
  const send = appWith(documentWith({ security: [{ deviceToken: [] }] }), async () => accepted({}));
  expect((await send()).statusCode).toBe(404);
});
