import { operationsOf, type PlacedOperation, resolve, type Schema } from "@countersign/document";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signatureHeaders } from "../src/kernel/standard-webhooks.ts";
import { sandboxAccount, sandboxGateway } from "../src/sandbox/account.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { authorizationOf, send } from "../test-support/api.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { bundle, servedOperations } from "../test-support/fake-app.ts";
import { v1Send } from "../test-support/v1-api.ts";

/** PostgreSQL stores neither U+0000 nor half a character, and SQLite gives something else back. */
const unstorable = ["a%00b", "%00", "%ED%A0%80", "a%ED%BF%BFb"];
const unstorableJson = ['"a\\u0000b"', '"\\ud800"', '"\\udfffa"', '{"a\\u0000b":"c"}', '{"\\ud800":{"a":["b"]}}'];
const formType = "application/x-www-form-urlencoded";
const authorization = authorizationOf(sandboxAccount);

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** How the errors name the parameter that is at fault. */
const messages: Record<number, string> = {
  60200: "Invalid parameter: {name}",
  60209: "{name} format is invalid",
  60305: "Access Token parameters are invalid: {name}",
  60306: "Invalid Request: {name}",
  60314: "Factors binding format is invalid: {name}",
};

/** Of operations that take JSON, what is looked for before it. */
const requiredOf: Record<string, string> = {
  createVerification: "To=%2B12025550123&Channel=sms",
  updateDeviceChallenge: "Status=approved",
  createChallenge: "FactorSid=YF00000000000000000000000000000001",
};

describe.each(databaseKindsOr("SQLite"))("on %s", (kind) => {
  let sandbox: Running;
  beforeAll(async () => {
    sandbox = await startSandbox({ databaseUrl: await databases.create(kind) });
  });
  afterAll(() => sandbox.close());

  const call = (placed: PlacedOperation, query: string, body?: string) =>
    send(`${sandbox.url}${addressOf(placed)}${query}`, {
      method: placed.method,
      headers: { ...credentialsFor(placed, body), ...(body !== undefined && { "content-type": formType }) },
      ...(body !== undefined && { body }),
    });

  test.each(servedOperations.map((placed) => [placed.operation.operationId, placed] as const))(
    "security 16: %s refuses text that no database stores, by the name of its parameter",
    async (_, placed) => {
      const refusals = [];
      // A parameter that is missing would be named first.
      const required = requiredOf[placed.operation.operationId] ?? "";
      const expected = [];
      for (const { name, place, isJson, code } of parametersOf(placed)) {
        for (const value of isJson ? [...unstorable, ...unstorableJson.map(encodeURIComponent)] : unstorable) {
          const pair = `${name}=${value}`;
          const answer = place === "query" ? call(placed, `?${pair}`) : call(placed, "", `${required}&${pair}`);
          const { status, body } = await answer;
          refusals.push([pair, status, body.code, body.message]);
          expected.push([pair, 400, code, messages[code]?.replace("{name}", name)]);
        }
      }
      expect(refusals).toEqual(expected);
    },
  );

  test.each(v1Operations().map((placed) => [placed.operation.operationId, placed] as const))(
    "security 16: %s refuses text that no database stores, in a query, a form and JSON",
    async (_, placed) => {
      const outcomes = [];
      for (const value of unstorable) {
        const query = await v1Send(sandbox.url, placed.method, `${addressOf(placed)}?name=${value}`);
        const form = await v1Send(sandbox.url, placed.method, addressOf(placed), {
          headers: { "content-type": formType },
          body: `name=${value}`,
        });
        outcomes.push([value, query.status, form.status, query.body.error_code, form.body.error_code]);
      }
      for (const value of unstorableJson) {
        const headers = { "content-type": "application/json" };
        const body = `{"name":${value}}`;
        const json = await v1Send(sandbox.url, placed.method, addressOf(placed), { headers, body });
        outcomes.push([value, json.status, json.status, json.body.error_code, json.body.error_code]);
      }
      const codeOf = (value: string) => (/%00|u0000/.test(value) ? "60002" : "60005");
      const value = ([text]: (string | number | undefined)[]) => String(text);
      expect(outcomes).toEqual(
        outcomes.map((outcome) => [value(outcome), 400, 400, codeOf(value(outcome)), codeOf(value(outcome))]),
      );
    },
  );
});

/** A receipt is signed by the gateway that sends it. */
function credentialsFor({ operation }: PlacedOperation, body = ""): Record<string, string> {
  return operation.operationId === "processReceipt"
    ? signatureHeaders(sandboxGateway.keys, { id: "msg_1", now: Date.now(), body })
    : { authorization };
}

interface GivenParameter {
  name: string;
  place: "query" | "body";
  isJson: boolean;
  /** Of the error that it answers. */
  code: number;
}

function parametersOf({ operation, parameters }: PlacedOperation): GivenParameter[] {
  const codeOf = (schema: Schema) =>
    schema["x-invalid"] ?? resolve<Schema>(bundle, schema)["x-invalid"] ?? operation["x-invalid"] ?? 60200;
  const query = parameters.flatMap(({ name, in: place, schema }) =>
    place === "query" ? [{ name, place, isJson: false, code: codeOf(schema) }] : [],
  );
  const media = operation.requestBody && resolve(bundle, operation.requestBody).content[formType];
  const { properties = {} } = media ? resolve<Schema>(bundle, media.schema) : {};
  const body = Object.entries(properties).map(([name, schema]): GivenParameter => {
    const isJson = media?.encoding?.[name]?.contentType === "application/json";
    return { name, place: "body", isJson, code: codeOf(schema) };
  });
  return [...(query as GivenParameter[]), ...body];
}

function v1Operations(): PlacedOperation[] {
  const served = new Set(servedOperations.map(({ operation }) => operation.operationId));
  return operationsOf(bundle).filter(({ operation }) => !served.has(operation.operationId));
}

/** Its path with the document's examples as parameters. */
function addressOf({ path, parameters }: PlacedOperation): string {
  const exampleOf = (name: string) =>
    String((parameters.find((parameter) => parameter.name === name) as { example?: unknown } | undefined)?.example);
  return path.replace(/\{(\w+)\}/g, (_, name) => exampleOf(name));
}
