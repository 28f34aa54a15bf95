import { createRequire } from "node:module";
import type { IHttpConfig, IHttpNameValues, IHttpRequest, IHttpResponse } from "@stoplight/prism-http";

type PrismHttp = typeof import("@stoplight/prism-http");
type Instance = ReturnType<PrismHttp["createInstance"]>;
type Logger = Parameters<PrismHttp["createInstance"]>[1]["logger"];

/** An operation of the document as Prism reads it, with every reference resolved. */
export type Operation = Awaited<ReturnType<PrismHttp["getHttpOperationsFromSpec"]>>[number];

/** A request as Prism judges it: `fields` is the decoded body, one member a parameter. */
export interface MockRequest {
  path: string;
  query: IHttpNameValues;
  headers: Record<string, string>;
  fields: Record<string, unknown> | undefined;
}

/** The answer to give: one status of the operation, and the example and media type where that status has a body. */
export interface Choice {
  status: number;
  example?: string;
  mediaType?: string;
}

/** What Prism holds against a request. `path` starts with the place: `body`, `query`, `path` or `header`. */
export interface Violation {
  path: string[];
  /** The JSON Schema keyword, or 401 for missing credentials. */
  code: string | number;
  message: string;
}

export interface PrismAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

export interface Prism {
  operations: Operation[];
  /** The chosen example for a valid request with credentials; for any other, what is wrong with it. */
  judge(operation: Operation, request: MockRequest, choice: Choice): Promise<PrismAnswer | Violation[]>;
  /** The chosen example, whatever the request. */
  example(operation: Operation, request: MockRequest, choice: Choice): Promise<PrismAnswer>;
}

/** The media type under which the mock's copy of the document lists a decoded body. */
export const fieldsMediaType = "application/x-fields";

/** Prism over an OpenAPI document. The document is altered: pass a copy. */
export async function createPrism(document: object): Promise<Prism> {
  const { createInstance, getHttpOperationsFromSpec } = loadPrism();
  const operations = await getHttpOperationsFromSpec(document);
  const instance = createInstance(config({ validate: true }), { logger: silent });
  return {
    operations,
    judge: (operation, request, choice) => judge(instance, operation, request, choice),
    example: (operation, request, choice) => example(instance, operation, request, choice),
  };
}

async function judge(instance: Instance, operation: Operation, request: MockRequest, choice: Choice) {
  const result = await ask(instance, operation, request, config({ validate: true, choice }));
  if (result._tag === "Right") {
    const violations = (result.right.validations.input as Violation[]).filter(isError);
    return violations.length > 0 ? violations.map(placed) : toAnswer(result.right.output);
  }
  // Prism found no answer of the document for a wrong request; its own answer lists what is wrong.
  const { status, additional } = result.left as { status?: number; additional?: { validation?: Reported[] } };
  if (status === 401) return [{ path: [], code: 401, message: "credentials are missing" }];
  const reported = additional?.validation;
  if (!reported) throw result.left;
  return reported.map(({ location = [], code, message }) => ({ path: location, code, message }));
}

interface Reported {
  location?: string[];
  code: string | number;
  message: string;
}

async function example(instance: Instance, operation: Operation, request: MockRequest, choice: Choice) {
  const result = await ask(instance, operation, request, config({ validate: false, choice }));
  if (result._tag === "Left") throw result.left;
  return toAnswer(result.right.output);
}

/** Prism is shown the one operation that the router found, which spares it the search. */
function ask(instance: Instance, operation: Operation, request: MockRequest, settings: IHttpConfig) {
  return instance.request(prismRequest(operation, request), [operation], settings)();
}

function toAnswer({ statusCode, headers = {}, body }: IHttpResponse): PrismAnswer {
  return { status: statusCode, headers, body };
}

function prismRequest(operation: Operation, { path, query, headers, fields }: MockRequest): IHttpRequest {
  return {
    method: operation.method as IHttpRequest["method"],
    url: { path, query },
    headers: { ...headers, "content-type": fieldsMediaType },
    body: fields,
  };
}

/** A fresh object each time, for Prism writes into it: a kept one would hold the first request's media type for ever. */
function config({ validate, choice }: { validate: boolean; choice?: Choice }): IHttpConfig {
  return {
    isProxy: false,
    mock: {
      dynamic: false,
      mediaTypes: [choice?.mediaType ?? "*/*"],
      ...(choice && { code: choice.status }),
      ...(choice?.example && { exampleKey: choice.example }),
    },
    checkSecurity: validate,
    validateRequest: validate,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
  };
}

function isError(violation: Violation & { severity?: number }): boolean {
  return violation.severity === 0;
}

function placed({ path, code, message }: Partial<Violation>): Violation {
  return { path: path ?? [], code: code ?? "", message: message ?? "" };
}

/**
 * Loads Prism without faker and the Postman reader, which only serve random answers and Postman collections. They are
 * 2,190 of its 2,870 files, and two thirds of the time that it takes to load.
 */
function loadPrism(): PrismHttp {
  const require = createRequire(import.meta.url);
  const fromPrism = createRequire(require.resolve("@stoplight/prism-http"));
  const unused = ["@faker-js/faker", "@stoplight/http-spec/postman/operation"].map((name) => fromPrism.resolve(name));
  const added = unused.filter((file) => !require.cache[file]);
  for (const file of added) require.cache[file] = { exports: {}, loaded: true } as NodeJS.Module;
  try {
    return require("@stoplight/prism-http");
  } finally {
    for (const file of added) delete require.cache[file];
  }
}

const silent = new Proxy({} as Logger, { get: (_, name) => (name === "child" ? () => silent : () => undefined) });
