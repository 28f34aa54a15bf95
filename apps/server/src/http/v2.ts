import type { IncomingHttpHeaders } from "node:http";
import { faultyPath } from "@countersign/document/validator";
import { everyScope, type Handlers, type Principal } from "../kernel/handler.ts";
import { accepted, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import { type Answer, addHeaders, type ErrorAnswer, errorAnswer, noPath } from "./answers.ts";
import { mediaOf, type Parsed } from "./form.ts";
import { type Dialect, hasHungUp, type Incoming, isValidPath } from "./pipeline.ts";
import { pathOf, queryOf } from "./request-url.ts";
import { createUnknownPathShower, type Shared, shownPath } from "./routes.ts";
import { type Authenticator, type Body, compileV2Operations, type Input, type V2Operation } from "./v2-operation.ts";

export interface V2Options {
  /** An operation without a handler is not served: its address answers 404. */
  handlers: Partial<Handlers>;
  /** By the names of the document's security schemes. An operation whose schemes have none is not served. */
  authenticators: Readonly<Record<string, Authenticator>>;
}

/** The steps of v2, of the sandbox and of gateways. */
export function createV2Dialect(
  shared: Shared,
  { handlers, authenticators }: V2Options,
): Dialect<V2Operation, Principal, number> {
  const { errors } = shared;
  const operations = compileV2Operations(shared, handlers, authenticators);
  const shownUnknown = createUnknownPathShower(operations.map(({ path }) => path));
  return {
    operations,
    tooLarge: { code: 20413 },
    unavailable: { code: 20503 },
    heedsStrangers: true,
    authenticate,
    preferred({ errors, query, body }, code) {
      const parameter = (body?.main ?? query)?.first ?? "";
      return errors.has(Number(code)) ? { code: Number(code), parameter } : undefined;
    },
    bind,
    write,
    refuse: refusalAnswer,
    fail: () => errorAnswer(errors.get(20500) as ErrorAnswer, {}, noPath),
    refuseRoute({ path, isKnown, operation }) {
      if (isKnown && !operation) return errorAnswer(errors.get(20004) as ErrorAnswer, {}, noPath);
      const notFound = operation?.errors.get(20404) ?? errors.get(20404);
      const shown = () => (operation ? shownPath(path, operation.path) : shownUnknown(path));
      return errorAnswer(notFound as ErrorAnswer, {}, shown);
    },
  };
}

const nobody: Principal = { kind: "nobody", accountSid: "", actor: "", scopes: everyScope };

/** Whom the first proof that holds tells, if it may do what the operation does. */
async function authenticate({ ways }: V2Operation, { raw }: Incoming, body: Buffer): Promise<Outcome<Principal>> {
  for (const { authenticate, scopes } of ways ?? []) {
    const principal = await authenticate(raw.headers, body);
    if (!principal) continue;
    if (scopes.every((scope) => principal.scopes.has(scope))) return accepted(principal);
    break;
  }
  return ways ? refused(20003) : accepted(nobody);
}

function bind(operation: V2Operation, incoming: Incoming, principal: Principal, bytes: Buffer): Outcome<object> {
  const { raw, path, address } = incoming;
  if (!isValidPath(incoming, operation.validatePath)) return refused(20404);
  const query = operation.query ? readInput(operation.query, queryOf(raw)) : nothing();
  if (!query.ok) return query;
  const body = operation.body ? readBodyInput(raw.headers, bytes, operation.body) : nothing();
  if (!body.ok) return body;
  const { accountSid } = principal;
  const request = { principal, accountSid, path, query: query.value, body: body.value };
  // Added to the address, and not the other way round, which would make the URL that nobody may ask for.
  return accepted(Object.assign(address, request, { hasHungUp: () => hasHungUp(raw) }));
}

type Read = Outcome<Record<string, unknown>>;

const nothing = (): Read => accepted({});

/** @param written is undefined when there is nothing to read. */
function readInput<Written>(input: Input<Written>, written: Written | undefined): Read {
  const parsed: Parsed = written === undefined ? { values: {} } : input.parse(written);
  if ("faulty" in parsed) return faultAt(input, [parsed.faulty]);
  const missing = input.required.find((name) => parsed.values[name] === undefined);
  if (missing !== undefined) return refused(20001, { parameter: missing });
  const violations = input.validate(parsed.values);
  const path = faultyPath(violations);
  return path
    ? faultAt(input, path, violations[0]?.keyword === "required")
    : accepted(Object.assign(parsed.values, parsed.unset));
}

/** What is missing is not malformed: it answers the error of what it is missing in. */
function faultAt({ codeOf }: Pick<Input, "codeOf">, path: readonly string[], isMissing = false): Read {
  return refused(codeOf(isMissing ? path.slice(0, -1) : path), { parameter: path[0] ?? "" });
}

/** A body of a kind that the operation does not take holds no parameters. */
function readBodyInput({ "content-type": type = "" }: IncomingHttpHeaders, bytes: Buffer, body: Body): Read {
  const input = bytes.length === 0 ? undefined : (body.inputs.get(type) ?? body.inputs.get(mediaOf(type)));
  return input ? readInput(input, bytes) : readInput(body.main, undefined);
}

const write: Dialect<V2Operation>["write"] = ({ success }, { value, headers: given }, { raw }) => {
  const written = success.write?.(value, raw.headers.accept);
  const headers: Answer["headers"] = written ? { "content-type": written.type } : {};
  addHeaders(headers, success.headers, given);
  return { status: success.status, headers, body: written?.body ?? "" };
};

function refusalAnswer(operation: V2Operation, refusal: Refusal, { raw }: Incoming): Answer | undefined {
  const documented = operation.errors.get(refusal.code);
  if (!documented) return undefined;
  const answer = errorAnswer(documented, refusal, () => shownPath(pathOf(raw), operation.path));
  // An outcome number asks for it, of an operation whose path has no other method.
  if (documented.status === 405) answer.headers.allow = operation.method;
  return answer;
}
