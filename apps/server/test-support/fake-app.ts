import {
  type Example,
  type OpenApiDocument,
  type Operation,
  operationOf,
  operationsOf,
  type Response,
  resolve,
} from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import inject, { type InjectOptions } from "light-my-request";
import { byAccount } from "../src/accounts/authenticate.ts";
import { byGateway } from "../src/delivery/receipts.ts";
import { errorsOf } from "../src/http/answers.ts";
import { type AppOptions, createApp } from "../src/http/app.ts";
import type { Handlers, Principal } from "../src/kernel/handler.ts";
import type { Outcome, Refusal } from "../src/kernel/refusal.ts";
import { everyScope } from "../src/kernel/scope.ts";

/** What tests of `src/http` serve: the bundled document, with handlers that answer its own examples. */
export const bundle = document as unknown as OpenApiDocument;

export const accountSid = "AC00000000000000000000000000000001";
export const serviceSid = "VA00000000000000000000000000000001";
export const credentials = `Basic ${btoa(`${accountSid}:sandbox`)}`;

/** What stands for the signature of a gateway. */
export const signature = "v1,signed";

/** What a handler was given. */
export interface Given {
  principal: Principal;
  accountSid: string;
  base: string;
  url: () => URL;
  path: Record<string, string>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

export type FakeHandler = (request: Given) => Promise<Outcome<unknown>>;

/** The operations that are served: those whose errors are of v2. */
export const servedOperations = operationsOf(bundle).filter(({ operation }) => errorsOfOperation(operation).size > 0);

export function errorsOfOperation(operation: Operation) {
  return errorsOf(bundle, operation);
}

const answerExamples = Object.fromEntries(
  servedOperations.map(({ operation }) => [operation.operationId, answering(operation)]),
);

/** An app whose handlers answer the document's first example, but for those that are given. */
export function fakeApp(handlers: Record<string, FakeHandler> = {}, options: Partial<AppOptions> = {}) {
  const app = createApp({
    document: bundle,
    handlers: { ...answerExamples, ...handlers } as unknown as Handlers,
    authenticators: {
      basicAuth: byAccount(async (sid, secret) =>
        sid === accountSid && secret === "sandbox"
          ? { kind: "account", accountSid, actor: sid, scopes: everyScope }
          : undefined,
      ),
      gatewaySignature: byGateway((headers) => (headers["webhook-signature"] === signature ? "gateway" : undefined)),
    },
    answersPreferredErrors: true,
    ...options,
  });
  return { ...app, inject: (request: InjectOptions | string) => inject(app.handle, request) };
}

export function answerExample(operationId: string): FakeHandler {
  return answering(operationOf(bundle, operationId).operation);
}

function answering(operation: Operation): FakeHandler {
  const value = exampleIn(operation);
  return async () => ({ ok: true, value });
}

export function refuseWith(refusal: Refusal): FakeHandler {
  return async () => ({ ok: false, refusal });
}

/** The body of the first example of an operation's success; undefined when it has no body. */
export function exampleOf(operationId: string): unknown {
  return exampleIn(operationOf(bundle, operationId).operation);
}

function exampleIn({ responses }: Operation): unknown {
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  const media = success && resolve<Response>(bundle, success).content?.["application/json"];
  const [example] = Object.values(media?.examples ?? {});
  return example && resolve<Example>(bundle, example).value;
}

/** A form post with credentials, as `app.inject` takes it. */
export function post(url: string, payload: string | Buffer = "", headers: Record<string, string> = {}) {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const proof = { authorization: credentials, "webhook-signature": signature };
  return { method: "POST" as const, url, payload, headers: { ...type, ...proof, ...headers } };
}

/** A request with credentials and no body. */
export function get(url: string, headers: Record<string, string> = {}) {
  return { method: "GET" as const, url, headers: { authorization: credentials, ...headers } };
}
