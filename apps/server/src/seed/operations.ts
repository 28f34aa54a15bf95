import type { IncomingMessage } from "node:http";
import type { OperationId } from "@countersign/types";
import { sharedOf } from "../http/app.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import { createV2Dialect } from "../http/v2.ts";
import type { Handlers, Principal } from "../kernel/handler.ts";
import { everyScope } from "../kernel/scope.ts";
import { operator } from "../sql/resources.ts";

/** What an operation answers: what was asked for, or why not in the API's words. */
export type Answered = { value: unknown } | { code: number; message: string; parameter: string | undefined };

/** Calls an operation by its rules and the document's, as the operator and without HTTP. */
export type Call = (
  id: OperationId,
  path: Readonly<Record<string, string>>,
  body?: Readonly<Record<string, unknown>>,
) => Promise<Answered>;

/** @param accountSid whose things they are */
export function createCall(handlers: Partial<Handlers>, accountSid: string): Call {
  const principal: Principal = { kind: "account", accountSid, actor: operator.actor, scopes: everyScope };
  return async (id, path, body) => {
    const { operation, dialect } = compiled(id);
    const incoming = {
      ...{ id: "", path: { ...path }, preferred: undefined },
      raw: { url: operation.path, headers: { "content-type": formType }, socket: {} } as IncomingMessage,
      address: { base: "", url: () => new URL("http://localhost") },
    };
    const request = dialect.bind(operation, incoming, principal, Buffer.from(body ? formOf(body) : ""));
    const handle = handlers[id as keyof Handlers] as (request: object) => ReturnType<typeof operation.handler>;
    const outcome = request.ok ? await handle(request.value) : request;
    if (outcome.ok) return { value: outcome.value };
    const refusal = outcome.refusal as { code: number; parameter?: string; details?: { member?: string } };
    const { body: told = "{}" } = dialect.refuse(operation, refusal, incoming) ?? {};
    const { message = "" } = JSON.parse(told) as { message?: string };
    return { code: refusal.code, message, parameter: refusal.parameter ?? refusal.details?.member };
  };
}

const formType = "application/x-www-form-urlencoded";

/** Operations are compiled once, when they are first asked for; who handles them differs. */
const operations = new Map<string, ReturnType<typeof compile>>();

function compiled(id: string): ReturnType<typeof compile> {
  const known = operations.get(id) ?? compile(id);
  operations.set(id, known);
  return known;
}

function compile(id: string) {
  const handlers = { [id]: async () => ({ ok: false }) } as unknown as Partial<Handlers>;
  const authenticators = { basicAuth: () => undefined };
  const dialect = createV2Dialect(sharedOf(bundledDocument), { handlers, authenticators });
  const [operation] = dialect.operations;
  if (!operation) throw new Error(`There is no operation ${id}`);
  return { operation: operation as Parameters<typeof dialect.bind>[0], dialect };
}

/** Lists repeat their name. */
function formOf(body: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each)]),
  );
  return new URLSearchParams(pairs).toString();
}
