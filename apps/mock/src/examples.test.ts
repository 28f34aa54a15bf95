import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isWhole, share } from "../../../scripts/budget.ts";
import { bundledDocument } from "./document.ts";
import { type Documented, type DocumentedRequest, documentedOperations } from "./documented.ts";
import { type Mock, startMock } from "./index.ts";

const document = await bundledDocument();
const operations = documentedOperations(document);
const documentedUrl = document.servers?.[0]?.url ?? "";
const validates = schemaCheck();
const tried = new Set<string>();
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

describe.each(operations.map((operation) => [operation.id, operation] as const))("%s", (_, operation) => {
  for (const { status, contents, headers } of operation.answers) {
    for (const { mediaType, schema, examples } of contents) {
      it(`has an example for ${status} in ${mediaType}`, () => {
        expect(examples).not.toEqual([]);
      });

      it.each(examples.filter(([name]) => isDue(`${status} ${mediaType} ${name}`)))(
        `answers ${status} %s in ${mediaType}, which keeps its schema`,
        async (name, value) => {
          expect(validates(schema, value)).toEqual([]);
          const [request] = operation.requests(formatOf(mediaType)) as [DocumentedRequest];
          const response = await send(request, { accept: mediaType, prefer: `code=${status}, example=${name}` });
          expect(response.status).toBe(status);
          expect(response.headers.get("content-type")).toBe(mediaType);
          expect(await response.text()).toBe(served(value));
          for (const [header, example] of Object.entries(headers)) {
            // They depend on the body or on the request, and have tests of their own.
            if (header === "Access-Control-Expose-Headers") continue;
            const isOwn = ["Retry-After", "Twilio-Reached-Rate-Limit", "Countersign-Unknown-Parameters"].includes(
              header,
            );
            if (isOwn && status !== 503) continue;
            expect(response.headers.get(header)).toBe(String(example));
          }
        },
      );
    }
  }

  it("answers its first success to each of its request examples", async () => {
    const { status, value } = firstSuccess(operation);
    for (const request of operation.requests()) {
      const response = await send(request);
      expect([request.name, response.status, await response.text()]).toEqual([request.name, status, served(value)]);
    }
  });

  it(`${operation.isSecured ? "refuses" : "answers"} a request without credentials`, async () => {
    const [{ headers, ...request }] = operation.requests() as [DocumentedRequest];
    const response = await send({ ...request, headers: onlyContentType(headers) });
    // An unsigned Dashboard call is an invalid request, since its answers have no 401.
    const refusal = operation.answers.some(({ status }) => status === 401) ? 401 : 400;
    expect(response.status).toBe(operation.isSecured ? refusal : firstSuccess(operation).status);
  });

  it("answers a status by its name alone, whatever the request", async () => {
    const [{ target, method }] = operation.requests() as [DocumentedRequest];
    for (const { status, contents } of share(operation.answers)) {
      const response = await fetch(`${mock.url}${target}`, { method, headers: { prefer: `code=${status}` } });
      const value = contents.find((content) => content.mediaType === "application/json")?.examples[0]?.[1];
      expect([response.status, await response.text()]).toEqual([status, value === undefined ? "" : served(value)]);
    }
  });
});

/** Many operations have an example in common: all of them answer it in a full run, else the first of them. */
function isDue(example: string): boolean {
  const isNew = !tried.has(example);
  tried.add(example);
  return isNew || isWhole;
}

function firstSuccess({ answers }: Documented): { status: number; value: unknown } {
  const success = answers.find(({ status }) => status >= 200 && status < 300);
  const json = success?.contents.find(({ mediaType }) => mediaType === "application/json");
  return { status: success?.status ?? 0, value: json?.examples[0]?.[1] };
}

/** The example as it goes over the wire: its own order, and the mock's address in place of the documented one. */
function served(value: unknown): string {
  if (value === undefined) return "";
  return (typeof value === "string" ? value : JSON.stringify(value)).replaceAll(`${documentedUrl}/`, `${mock.url}/`);
}

function send({ method, target, headers, body }: DocumentedRequest, more: Record<string, string> = {}) {
  return fetch(`${mock.url}${target}`, { method, headers: { ...headers, ...more }, ...(body && { body }) });
}

function onlyContentType({ "content-type": contentType }: Record<string, string>): Record<string, string> {
  return contentType ? { "content-type": contentType } : {};
}

function formatOf(mediaType: string): string {
  return mediaType === "application/xml" ? "xml" : "json";
}

function schemaCheck(): (schema: object, value: unknown) => unknown[] {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "document", ...document });
  // Most answers share a few schemas, and to compile one takes longer than all that is validated with it.
  const compiled = new Map<string, ValidateFunction>();
  return (schema, value) => {
    const rooted = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/');
    const validate = compiled.get(rooted) ?? ajv.compile(JSON.parse(rooted));
    compiled.set(rooted, validate);
    return validate(value) ? [] : (validate.errors ?? []);
  };
}
