import {
  type Example,
  formOf,
  type Header,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
  type Schema,
} from "@countersign/document";
import { expect, test } from "vitest";
import errors from "../dist/errors.json" with { type: "json" };
import openapi from "../dist/openapi.json" with { type: "json" };
import { errorSchemaOf } from "./error-catalogue.ts";
import { redoclyReport } from "./redocly.ts";

const document = openapi as unknown as OpenApiDocument;

test("the built document passes the strict rules of Redocly, its derived examples included", () => {
  const { status, stdout, stderr } = redoclyReport(["lint", "dist/openapi.json", "--config", "redocly.built.yaml"]);
  expect(stdout + stderr).toContain("Your API description is valid");
  expect(status).toBe(0);
});

test("every answer of v2 has the headers by which web pages read it, which a server may leave out", () => {
  const operations = operationsOf(document).filter(
    ({ operation }) => operation.responses["500"] && !operation.deprecated,
  );
  for (const { operation } of operations) {
    for (const response of Object.values(operation.responses)) {
      const headers: Response["headers"] = resolve<Response>(document, response).headers ?? {};
      for (const name of ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]) {
        expect(resolve<Header>(document, headers[name] as Header), operation.operationId).toMatchObject({
          required: false,
        });
      }
    }
  }
  expect(operations.length).toBeGreaterThan(20);
});

test("every error of the catalogue is an answer of some operation", () => {
  const answered = new Set(
    operationsOf(document).flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap((response) =>
        Object.values(resolve(document, response).content ?? {}).flatMap(({ schema = {} }) =>
          (schema.oneOf ?? [schema]).map((part) => errorSchemaOf(document, part)),
        ),
      ),
    ),
  );
  const names = errors.map(({ api, code }) => `${api === "v1" ? "V1" : ""}Error${code}`);
  expect(names.filter((name) => !answered.has(name))).toEqual([]);
});

test("every pattern is in words that all tools read, with and without Unicode", () => {
  const patterns = new Set<string>();
  JSON.stringify(openapi, (key, value) => {
    if (key === "pattern" && typeof value === "string") patterns.add(value);
    return value;
  });
  const unread = [...patterns].filter((pattern) => /\\p\{|\(\?<?[=!]/.test(pattern) || !compiles(pattern));
  expect(patterns.size).toBeGreaterThan(0);
  expect(unread).toEqual([]);
});

test("every operation has a description of its own", () => {
  const silent = operationsOf(document).filter(({ operation }) => !operation.description?.trim());
  expect(silent.map(({ operation }) => operation.operationId)).toEqual([]);
});

test("every constant and every alternative has a type, which generators of code do not infer", () => {
  const untyped = schemasOf(document).filter(
    ([, { $ref, type, oneOf, ...schema }]) => !$ref && !type && !oneOf && ("const" in schema || "format" in schema),
  );
  expect(untyped.map(([place]) => place)).toEqual([]);
});

test("every schema has a title of its own, by which some tools name its type", () => {
  const titles = Object.values(document.components.schemas).map(({ title }) => title);
  expect(titles).toEqual([...new Set(titles)]);
  expect(titles.every((title) => title)).toBe(true);
});

test("every field of a form has an example, which tools fill in", () => {
  const without = operationsOf(document).flatMap(({ operation }) =>
    Object.entries(resolve<Schema>(document, formOf(document, operation)?.schema ?? {}).properties ?? {})
      .filter(([, field]) => resolve<Schema>(document, field).example === undefined)
      .map(([name]) => `${operation.operationId} ${name}`),
  );
  expect(without).toEqual([]);
});

test("every address of the service in an example leads to what the document has", () => {
  const [{ url: server = "" } = {}] = document.servers;
  const known = Object.keys(document.paths).map((path) => new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`));
  const addresses = JSON.stringify(document.components).matchAll(new RegExp(`"${server}(/[^"?]*)[^"]*"`, "g"));
  const led = [...addresses].map(([, path = ""]) => path);
  expect(led.length).toBeGreaterThan(100);
  // Of an entity there is no more yet.
  const isToCome = (path: string) => /\/Entities\/[^/]+\/Challenges$/.test(path);
  expect(led.filter((path) => !isToCome(path) && !known.some((pattern) => pattern.test(path)))).toEqual([]);
});

test("a service links to each kind of thing that belongs to it", () => {
  const kinds = Object.keys(document.paths).flatMap((path) => {
    return /^\/v2\/Services\/\{ServiceSid\}\/(\w+)$/.exec(path)?.[1] ?? [];
  });
  const { value } = resolve<Example>(document, { $ref: "#/components/examples/ServiceDefaults" });
  const { links } = value as { links: Record<string, string> };
  expect(
    Object.values(links)
      .map((link) => link.replace(/^.*\//, ""))
      .sort(),
  ).toEqual(kinds.sort());
  expect(document.components.schemas.ServiceLinks?.required).toEqual(Object.keys(links));
});

test("an error stands under the status that it states", () => {
  const misplaced = operationsOf(document).flatMap(({ operation }) =>
    Object.entries(operation.responses).flatMap(([status, response]) =>
      Object.values(resolve(document, response).content ?? {})
        .flatMap(({ schema = {} }) => (schema.oneOf ?? [schema]).map((part) => errorSchemaOf(document, part)))
        .filter((name) => name && statusOf(name) !== Number(status))
        .map((name) => `${operation.operationId} ${status} ${name}`),
    ),
  );
  expect(misplaced).toEqual([]);
});

test("an operation has the answers that every one of its kind has, without stating them", () => {
  const statuses = Object.fromEntries(
    operationsOf(document).map(({ operation }) => [operation.operationId, Object.keys(operation.responses)]),
  );
  expect(statuses.fetchService).toEqual(["200", "401", "403", "404", "405", "408", "414", "429", "431", "500", "503"]);
  expect(statuses.createService).toEqual([
    "201",
    "400",
    "401",
    "403",
    "405",
    "408",
    "413",
    "414",
    "429",
    "431",
    "500",
    "503",
  ]);
  expect(statuses.fetchClock).toEqual(["200", "401", "404", "405", "408", "414", "431", "500", "503"]);
  expect(statuses.openSnaUrl).toEqual(["200", "404", "405", "408", "414", "431", "500", "503"]);
  expect(statuses.processReceipt).toEqual([
    "204",
    "400",
    "401",
    "404",
    "405",
    "408",
    "413",
    "414",
    "431",
    "500",
    "503",
  ]);
  expect(statuses.fetchPhoneInfo).toEqual(["200", "400", "401", "403", "429"]);
  expect(statuses.listAccessKeys).toEqual(["200", "400", "404", "429"]);
});

function statusOf(errorSchema: string): number | undefined {
  const api = errorSchema.startsWith("V1") ? "v1" : "v2";
  return errors.find((entry) => entry.api === api && entry.code === Number(errorSchema.slice(-5)))?.status;
}

function compiles(pattern: string): boolean {
  return ["", "u"].every((flags) => new RegExp(pattern, flags));
}

/** Every object of the document that may be a schema, with its place. */
function schemasOf(node: unknown, place = ""): [place: string, schema: Schema][] {
  if (typeof node !== "object" || node === null) return [];
  const parts = Object.entries(node).filter(([key]) => !/^(examples?|default|const|enum)$/.test(key));
  return [[place, node as Schema], ...parts.flatMap(([key, part]) => schemasOf(part, `${place}/${key}`))];
}
