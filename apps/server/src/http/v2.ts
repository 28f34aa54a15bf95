import { unfitName, unmet, withoutEffect } from "@countersign/document";
import { faultyPath } from "@countersign/document/validator";
import type { Handlers, Principal } from "../kernel/handler.ts";
import { identityFault } from "../kernel/identity.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import { type Answer, addHeaders, type ErrorAnswer, errorAnswer, noPath } from "./answers.ts";
import { type Form, mediaOf, type Parsed, parseForm } from "./form.ts";
import { authorOf, type Dialect, hasHungUp, type Incoming, isValidPath } from "./pipeline.ts";
import { type Address, pathOf, queryOf } from "./request-url.ts";
import { createUnknownPathShower, type Shared, shownPath } from "./routes.ts";
import {
  type Authenticator,
  type Body,
  compileV2Operations,
  type Input,
  type V2Operation,
  type Way,
} from "./v2-operation.ts";

export interface V2Options {
  /** An operation without a handler is not served: its address answers 404. */
  handlers: Partial<Handlers>;
  /** By the names of the document's security schemes. An operation whose schemes have none is not served. */
  authenticators: Readonly<Record<string, Authenticator>>;
  /** Whether the docs are at the same address, below `/docs`, so that errors lead there. */
  hasDocs?: boolean | undefined;
}

/** The steps of v2, of the sandbox and of gateways. */
export function createV2Dialect(
  shared: Shared,
  { handlers, authenticators, hasDocs = false }: V2Options,
): Dialect<V2Operation, Principal, number> {
  const { errors } = shared;
  const operations = compileV2Operations(shared, handlers, authenticators);
  const docsAt = ({ base }: Address) => (hasDocs ? `${base}/docs` : undefined);
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
    refuse: (operation, refusal, incoming) => refusalAnswer(operation, refusal, incoming, docsAt(incoming.address)),
    fail: (_, { address }) => errorAnswer(errors.get(20500) as ErrorAnswer, {}, noPath, docsAt(address)),
    refuseRoute({ path, isKnown, operation, address }) {
      const docs = docsAt(address);
      if (isKnown && !operation) return errorAnswer(errors.get(20004) as ErrorAnswer, {}, noPath, docs);
      const notFound = operation?.errors.get(20404) ?? errors.get(20404);
      const shown = () => (operation ? shownPath(path, operation.path) : shownUnknown(path));
      return errorAnswer(notFound as ErrorAnswer, {}, shown, docs);
    },
  };
}

const nobody: Principal = { kind: "nobody", accountSid: "", actor: "", scopes: new Set() };

/** Whom the first proof that holds tells, if it may do what the operation does; at once where that is known. */
function authenticate(
  operation: V2Operation,
  incoming: Incoming,
  body: Buffer,
): Outcome<Principal> | Promise<Outcome<Principal>> {
  const { raw, path } = incoming;
  const [way] = operation.ways ?? [];
  const first = way?.authenticate(raw.headers, body, raw, path);
  const isKnown = way && first && !(first instanceof Promise);
  return isKnown ? permitted(first, way) : authenticateLate(operation, incoming, body, first);
}

/** @param first what the first way comes to */
async function authenticateLate(
  { ways, others }: V2Operation,
  { raw, path }: Incoming,
  body: Buffer,
  first: ReturnType<Authenticator>,
): Promise<Outcome<Principal>> {
  for (const [index, way] of ways?.entries() ?? []) {
    const principal = await (index === 0 ? first : way.authenticate(raw.headers, body, raw, path));
    if (principal) return permitted(principal, way);
  }
  // Whoever is known, but by what does not do here, would only prove it once more.
  for (const authenticate of others()) {
    if (await authenticate(raw.headers, body, raw, path)) return refused(20403, { details: { device: "no_device" } });
  }
  return ways ? refused(20003) : accepted(nobody);
}

function permitted(principal: Principal, { scopes }: Way): Outcome<Principal> {
  const missing = scopes.find((scope) => !principal.scopes.has(scope));
  return missing === undefined ? accepted(principal) : refused(20403, { details: { missing_scope: missing } });
}

function bind(operation: V2Operation, incoming: Incoming, principal: Principal, bytes: Buffer): Outcome<object> {
  const { raw, path, address } = incoming;
  if (!isValidPath(incoming, operation.validatePath)) return refused(20404);
  const query = readQuery(operation.query, incoming);
  if (!query.ok) return query;
  const body = operation.body ? readBody(operation.body, incoming, bytes) : accepted({});
  if (!body.ok) return body;
  const { accountSid, actor } = principal;
  return accepted({
    principal,
    by: authorOf(raw, actor),
    raw,
    accountSid,
    base: address.base,
    url: address.url,
    hasHungUp: () => hasHungUp(raw),
    path,
    query: query.value,
    body: body.value,
  });
}

type Read = Outcome<Record<string, unknown>>;

/** A list refuses what it has no filter for, since it would be another than was asked for. */
function readQuery(input: Input<string> | undefined, incoming: Incoming): Read {
  const search = queryOf(incoming.raw);
  const parsed = search === "" ? noParameters : (input?.parse(search) ?? parseForm(search, noForm));
  if (input && "unknown" in parsed && parsed.unknown?.[0])
    return refused(input.codeOf([]), { parameter: parsed.unknown[0] });
  if (input) return readInput(input, parsed);
  if ("unknown" in parsed)
    nameUnknown(
      incoming,
      parsed.unknown?.map((name) => `?${name}`),
    );
  return accepted({});
}

function readBody(body: Body, incoming: Incoming, bytes: Buffer): Read {
  const { "content-type": type = "" } = incoming.raw.headers;
  if (bytes.length === 0) return readInput(body.main, noParameters);
  const input = body.inputs.get(type) ?? body.inputs.get(mediaOf(type));
  if (!input) {
    // A body of a kind that the operation does not take holds no parameters.
    incoming.unheeded = { ...incoming.unheeded, parameter: "Content-Type" };
    const read = readInput(body.main, noParameters);
    return read.ok ? refused(body.main.codeOf([]), { parameter: "Content-Type" }) : read;
  }
  const parsed = input.parse(bytes);
  if ("unknown" in parsed) nameUnknown(incoming, parsed.unknown);
  if ("values" in parsed) incoming.given = parsed.values;
  return readInput(input, parsed);
}

const noForm: Form = { fields: new Map(), required: [], first: "" };
const noParameters: Parsed = { values: {} };

/** Names are the caller's, of any length. */
function nameUnknown(incoming: Incoming, names: string[] = []): void {
  const all = [
    ...(incoming.unheeded?.unknown_parameters ?? []),
    ...names.map((name) => [...name].slice(0, 64).join("")),
  ];
  if (all.length > 0) incoming.unheeded = { ...incoming.unheeded, unknown_parameters: all.slice(0, 8) };
}

function readInput({ required, validate, properties, onlyWith, codeOf }: Input<never>, parsed: Parsed): Read {
  if ("unreadable" in parsed) return refused(codeOf([]), { parameter: parsed.unreadable });
  if ("faulty" in parsed) return faultAt(codeOf, [parsed.faulty]);
  const missing = unmet(required, parsed.values);
  if (missing) return refused(missing.code, { parameter: missing.names[0] as string });
  const violations = validate(parsed.values);
  const path = faultyPath(violations);
  // Why an address is none is more than its pattern tells.
  const recipient = path?.[0] === "To" ? parseRecipient(String(parsed.values.To)) : undefined;
  if (recipient && !recipient.ok) return recipient;
  const [whose = ""] = path ?? [];
  if (path && /^identity$/i.test(whose)) {
    const text = parsed.values[whose] ?? "";
    const identity = typeof text === "string" ? identityFault(text) : undefined;
    return refused(codeOf(path), { parameter: whose, ...(identity && { details: { identity } }) });
  }
  if (path) return faultAt(codeOf, path);
  const name = unfitName(properties, parsed.values);
  if (name) return faultAt(codeOf, [name]);
  const vain = withoutEffect(onlyWith, parsed.values);
  return vain ? refused(vain.error, vain) : accepted(Object.assign(parsed.values, parsed.unset));
}

function faultAt(codeOf: Input["codeOf"], path: readonly string[]): Read {
  const [parameter = "", ...members] = path;
  const member = [...members.join(".")].slice(0, 64).join("");
  return refused(codeOf(path), { parameter, ...(member && { details: { member } }) });
}

const write: Dialect<V2Operation>["write"] = ({ success }, { value, headers: given }, { raw, unheeded }) => {
  const written = success.write?.(value, raw.headers.accept);
  const headers: Answer["headers"] = written ? { "content-type": written.type } : {};
  addHeaders(headers, success.headers, given);
  const names = unheeded?.unknown_parameters?.map((name) => encodeURIComponent(name).replace("%3F", "?"));
  if (names) addHeaders(headers, success.headers, { "Countersign-Unknown-Parameters": names.join(", ") });
  return { status: success.status, headers, body: written?.body ?? "" };
};

function refusalAnswer(
  operation: V2Operation,
  refusal: Refusal,
  { raw, unheeded }: Incoming,
  docs: string | undefined,
): Answer | undefined {
  const documented = operation.errors.get(refusal.code);
  if (!documented) return undefined;
  const told =
    documented.namesUnheeded && unheeded ? { ...refusal, details: { ...unheeded, ...refusal.details } } : refusal;
  const answer = errorAnswer(documented, told, () => shownPath(pathOf(raw), operation.path), docs);
  // An outcome number asks for it, of an operation whose path has no other method.
  if (documented.status === 405) answer.headers.allow = operation.method;
  return answer;
}
