import { examplesOf, formOf, type OpenApiDocument, operationsOf, type PlacedOperation } from "@countersign/document";
import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentedErrors } from "../src/http/bundled-document.ts";
import { sandboxKeys } from "../src/sandbox/account.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf, authorizationOf, type Fields, send } from "../test-support/api.ts";
import { type Parameters, signatureOf } from "../test-support/dashboard.ts";

const bundle = document as unknown as OpenApiDocument;
const isDocumented = documentedErrors(bundle as never);
const operations = operationsOf(bundle);

/** Every error of the catalogue, with the operations of its API that document it. */
const errors = catalogue.map((error) => ({
  ...error,
  operations: operations.filter(
    ({ path, operation }) => isV1(path) === (error.api === "v1") && isDocumented(operation.operationId, error.code),
  ),
}));

/** How the guides say that an outcome number goes into a call. */
const byNumber: Record<string, (code: number) => { path: string; fields?: Fields; query?: Fields }> = {
  createVerification: (code) => ({ path: verifications, fields: { To: `+150055${code}`, Channel: "sms" } }),
  createVerificationCheck: (code) => ({
    path: `/v2/Services/${sandboxServiceSid}/VerificationCheck`,
    fields: { To: `error-${code}@example.com`, Code: "123456" },
  }),
  fetchPhoneNumber: (code) => ({ path: `/v2/PhoneNumbers/+150055${code}` }),
  startPhoneVerification: (code) => ({
    path: "/protected/json/phones/verification/start",
    fields: { via: "sms", ...nationalNumber(code) },
  }),
  checkPhoneVerification: (code) => ({
    path: "/protected/json/phones/verification/check",
    query: { ...nationalNumber(code), verification_code: "1234" },
  }),
  fetchPhoneVerificationStatus: (code) => ({
    path: "/protected/json/phones/verification/status",
    query: nationalNumber(code),
  }),
  fetchPhoneInfo: (code) => ({ path: "/protected/json/phones/info", query: nationalNumber(code) }),
};
const verifications = `/v2/Services/${sandboxServiceSid}/Verifications`;

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test("the catalogue has no error that no operation documents", () => {
  expect(errors.filter((error) => error.operations.length === 0)).toEqual([]);
});

describe("every operation that documents an error answers it to Prefer", () => {
  test.each(errors.map((error) => [`${error.api} ${error.code}`, error] as const))("%s", async (_, error) => {
    // Signed calls are counted by the minute.
    await apiOf(sandbox.url).call("POST", "/sandbox/clock", { Seconds: "61" });
    for (const placed of error.operations) {
      const { status, body } = await ask(placed, error.code);
      const code = Number((body as { error_code?: string }).error_code ?? body.code);
      const { operationId } = placed.operation;
      expect({ operationId, status, code }).toEqual({ operationId, status: error.status, code: error.code });
    }
  });
});

describe("every operation with a recipient answers each of its errors to an outcome number", () => {
  test.each(Object.keys(byNumber))("%s", async (operationId) => {
    const placed = operations.find(({ operation }) => operation.operationId === operationId) as PlacedOperation;
    const documented = errors.filter((error) => error.operations.includes(placed));
    expect(documented.length).toBeGreaterThan(5);
    for (const { code, status } of documented) {
      const { path, fields, query } = byNumber[operationId]?.(code) ?? { path: "" };
      const { status: answered, body } = await send(`${sandbox.url}${path}?${new URLSearchParams(query)}`, {
        method: placed.method,
        headers: credentialsOf(placed),
        ...(fields && { body: new URLSearchParams(fields) }),
      });
      const answeredCode = Number((body as { error_code?: string }).error_code ?? body.code);
      expect({ status: answered, code: answeredCode }).toEqual({ status, code });
    }
  });
});

/** The operations that an identity is given to, in the path or in the form. */
const ofIdentities = operations.filter(({ path, operation }) => {
  const form = formOf(bundle, operation);
  return path.includes("{Identity}") || (form && "Identity" in (form.schema.properties ?? {}));
});

describe("every operation that is given an identity answers each of its errors to an outcome identity", () => {
  test.each(ofIdentities.map((placed) => [placed.operation.operationId, placed] as const))("%s", async (_, placed) => {
    const documented = errors.filter((error) => error.operations.includes(placed));
    expect(documented.length).toBeGreaterThan(3);
    for (const [index, { code, status }] of documented.entries()) {
      const Identity = index % 2 === 0 ? `error-${code}` : `error-${code}-${crypto.randomUUID()}`;
      const { status: answered, body } = await askAbout(placed, Identity);
      expect({ status: answered, code: body.code }).toEqual({ status, code });
    }
  });

  test("and keeps none of them, but for one whose error the operation does not document", async () => {
    const { call } = apiOf(sandbox.url);
    const entities = `/v2/Services/${sandboxServiceSid}/Entities`;
    expect((await call("GET", entities)).body).toMatchObject({ entities: [] });
    expect((await call("POST", entities, { Identity: "error-60203" })).status).toBe(201);
    expect((await call("GET", `${entities}/error-60203`)).status).toBe(200);
  });
});

test("a preference for what the operation does not document changes nothing, and strangers get no say", async () => {
  const list = (prefer: string, headers: Record<string, string> = { authorization: authorizationOf(sandboxAccount) }) =>
    send(`${sandbox.url}/v2/Services`, { headers: { ...headers, prefer } });
  for (const prefer of ["example=error60203", "example=firstPage", "code=503", "example=error205033", "wait=10"]) {
    expect([prefer, (await list(prefer)).status]).toEqual([prefer, 200]);
  }
  expect((await list("respond-async; code=503, Example = error20503")).status).toBe(503);
  expect((await list("example=error20503", {})).status).toBe(401);
});

function isV1(path: string): boolean {
  return !/^\/(v2|sandbox|sna|gateway)\//.test(path);
}

function nationalNumber(code: number): Fields {
  return { country_code: "1", phone_number: `50055${code}` };
}

/** The path, where nothing is given with the document's examples. */
function pathWith({ path, parameters }: PlacedOperation, given: Fields = {}): string {
  return parameters
    .filter((parameter) => parameter.in === "path")
    .reduce((filled, { name, ...parameter }) => {
      return filled.replace(`{${name}}`, given[name] ?? String(exampleOf(parameter)));
    }, path);
}

/** Calls with what the document's examples have in the path, with good credentials and nothing else. */
async function ask(placed: PlacedOperation, code: number) {
  const url = `${sandbox.url}${pathWith(placed)}`;
  const parameters = parametersOf(placed);
  const isPost = placed.method === "POST";
  return send(isPost || parameters.length === 0 ? url : `${url}?${new URLSearchParams(parameters)}`, {
    method: placed.method,
    headers: { ...credentialsOf(placed, url, parameters), prefer: `example=error${code}` },
    ...(isPost && { body: new URLSearchParams(parameters) }),
  });
}

/** Calls with the document's first example of a form, and with that identity wherever there is one. */
function askAbout(placed: PlacedOperation, Identity: string) {
  const form = formOf(bundle, placed.operation);
  const [, example] = (form && examplesOf(bundle, form)[0]) ?? [];
  const own = form && "Identity" in (form.schema.properties ?? {}) ? { Identity } : {};
  return send(`${sandbox.url}${pathWith(placed, { ServiceSid: sandboxServiceSid, Identity })}`, {
    method: placed.method,
    headers: credentialsOf(placed),
    ...(form && { body: new URLSearchParams(textsOf({ ...(example as object), ...own })) }),
  });
}

/** As a form has them: an object is JSON. */
function textsOf(values: object): Fields {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}

function exampleOf(parameter: object): unknown {
  return (parameter as { example?: unknown }).example;
}

function parametersOf({ operation: { operationId, security = [] } }: PlacedOperation): Parameters {
  if (operationId === "createApplication") return [["integration_api_key", sandboxKeys.integrationKey]];
  if (!security.some((way) => "v1Signature" in way)) return [];
  return [
    ["app_api_key", sandboxKeys.appApiKey],
    ["access_key", sandboxKeys.accessKey],
  ];
}

function credentialsOf(
  { method, operation: { security = bundle.security ?? [] } }: PlacedOperation,
  url = "",
  parameters: Parameters = [],
): Record<string, string> {
  if (security.some((way) => "basicAuth" in way)) return { authorization: authorizationOf(sandboxAccount) };
  if (security.some((way) => "v1KeyHeader" in way)) return { "x-authy-api-key": sandboxKeys.apiKey };
  if (!security.some((way) => "v1Signature" in way)) return {};
  const nonce = crypto.randomUUID();
  const signature = signatureOf(sandboxKeys.signingKey, nonce, method, url, parameters);
  return { "x-authy-signature-nonce": nonce, "x-authy-signature": signature };
}
