import { decoded } from "../../http/form.ts";
import { authorOf, type Dialect, hasHungUp, type Incoming, isValidPath } from "../../http/pipeline.ts";
import { createUnknownPathShower, type Shared } from "../../http/routes.ts";
import { accepted, type Outcome, refused } from "../../kernel/refusal.ts";
import { type V1Handlers, v1Invalid } from "../handler.ts";
import type { V1Authenticators, V1Principal } from "./authenticate.ts";
import { isPercentEncoded, mergedPairs, readV1Pairs } from "./body.ts";
import { type V1Error, v1Answer, v1ErrorAnswer } from "./errors.ts";
import { compileV1Operations, type V1Operation } from "./operation.ts";
import { type Pair, readV1Parameters } from "./parameters.ts";

/** What serving the legacy v1 takes. */
export interface V1Options {
  /** An operation without a handler is not served. */
  handlers: Partial<V1Handlers>;
  authenticate: V1Authenticators;
}

interface Caller extends V1Principal {
  /** What stands in query and body. */
  pairs: Pair[];
}

/** The steps of v1. The body comes before the principal, since the key may be in it. */
export function createV1Dialect(
  shared: Shared,
  { handlers, authenticate }: V1Options,
): Dialect<V1Operation, Caller, string> {
  const operations = compileV1Operations(shared, handlers);
  return {
    operations,
    tooLarge: { code: "60002" },
    // The catalogue has one answer for all that goes wrong inside; a store that is gone may soon be back.
    unavailable: { code: "60000", retryAfterSeconds: 1 },
    heedsStrangers: false,
    authenticate: (operation, incoming, body) => callerOf(operation, incoming, body, authenticate),
    preferred({ errors, fields }, code) {
      if (!errors.has(code)) return undefined;
      const { refusal } = v1Invalid(fields[0]?.name ?? "Prefer", "Parameter is not valid");
      return code === "60004" ? refusal : { code };
    },
    bind,
    write(operation, { value, headers }, { path }) {
      const answer = v1Answer(operation, operation.successStatus, value as object, path);
      return { ...answer, headers: { ...answer.headers, ...headers } };
    },
    refuse(operation, refusal, { path }) {
      const documented = operation.errors.get(refusal.code);
      return documented && v1ErrorAnswer(operation, documented, refusal, path);
    },
    fail: (operation, { path }) => v1ErrorAnswer(operation, operation.errors.get("60000") as V1Error, {}, path),
    refuseRoute: createRouteRefuser(operations, shared),
  };
}

async function callerOf(
  operation: V1Operation,
  incoming: Incoming,
  body: Buffer,
  authenticate: V1Authenticators,
): Promise<Outcome<Caller, string>> {
  const { raw, path, address } = incoming;
  if (!isValidPath(incoming, operation.validatePath)) return refused("60002");
  const pairs = readV1Pairs(raw, body);
  if (!pairs.ok) return pairs;
  const { operationId, method, credentials } = operation;
  const parameters = [...pairs.value.query, ...pairs.value.body];
  const given = { operationId, method, url: address.url(), headers: raw.headers, path, parameters };
  const principal = await authenticate[credentials](given);
  if (!principal.ok) return principal;
  const merged = mergedPairs(pairs.value, method);
  incoming.given = Object.fromEntries(merged);
  return accepted({ ...principal.value, pairs: merged });
}

function bind(
  { fields }: V1Operation,
  { id, raw, path, address }: Incoming,
  { pairs, actor, ...principal }: Caller,
): Outcome<object, string> {
  const parameters = readV1Parameters(fields, pairs);
  if (!parameters.ok) return parameters;
  const ip = raw.socket.remoteAddress ?? "";
  const request = {
    ...principal,
    by: authorOf(raw, actor),
    url: address.url(),
    path,
    parameters: parameters.value,
    requestId: id,
    ip,
  };
  return accepted({ ...request, hasHungUp: () => hasHungUp(raw) });
}

/**
 * v1's catalogue knows no error for an unknown address or method: they are invalid requests, with the status and the text
 * of v2.
 */
function createRouteRefuser(operations: V1Operation[], shared: Shared): Dialect["refuseRoute"] {
  const shownUnknown = createUnknownPathShower([...operations.map(({ path }) => path), "/json/xml"]);
  return ({ path, isKnown }) => {
    const [operation] = operations as [V1Operation];
    const isUnreadable = decoded(path) === undefined;
    const error = operation.errors.get(isUnreadable && isPercentEncoded(path) ? "60005" : "60002") as V1Error;
    const elsewhere = isUnreadable ? undefined : shared.errors.get(isKnown ? 20004 : 20404);
    const { status, message } = elsewhere ?? error;
    const refusal = { message: message.replace("{path}", () => shownUnknown(path)) };
    return v1ErrorAnswer(operation, { ...error, status }, refusal, { format: path.split("/")[2] ?? "" });
  };
}
