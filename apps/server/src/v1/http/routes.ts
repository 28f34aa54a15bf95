import type { IncomingMessage } from "node:http";
import type { Answer, Errors } from "../../http/errors.ts";
import { pathOf } from "../../http/request-url.ts";
import { knownPaths } from "../../http/routes.ts";
import { createUnknownPathShower } from "../../http/shown-path.ts";
import { isPercentEncoded } from "./body.ts";
import { v1ErrorAnswer } from "./errors.ts";
import type { V1Operation } from "./operation.ts";

/**
 * Makes the function that answers what the router has no v1 operation for. v1's catalogue knows no error for an unknown
 * address or method: they are invalid requests, with the status and the text of v2.
 * @returns nothing for an address that is not of v1.
 */
export function createV1RouteRefuser(operations: V1Operation[], sharedErrors: Errors) {
  const roots = new Set(operations.map(({ path }) => rootOf(path)));
  const paths = knownPaths(operations);
  const shownUnknown = createUnknownPathShower([...operations.map(({ path }) => path), "/json/xml"]);
  return (request: IncomingMessage): Answer | undefined => {
    const path = pathOf(request);
    if (!roots.has(rootOf(path))) return undefined;
    const [operation] = operations as [V1Operation];
    const format = path.split("/")[2] === "xml" ? "xml" : "json";
    const known = paths.find(({ pattern }) => pattern.test(path));
    const isUnreadable = !isDecodable(path);
    const code = isUnreadable && isPercentEncoded(path) ? "60005" : "60002";
    const error = operation.errors.get(code);
    if (!error) throw new Error(`${operation.operationId} does not document ${code}`);
    const elsewhere = isUnreadable ? undefined : sharedErrors.get(known ? 20004 : 20404);
    const message = elsewhere?.message.replace("{path}", () => shownUnknown(path));
    const status = elsewhere?.status ?? error.status;
    const { headers, ...answer } = v1ErrorAnswer(
      { ...error, status },
      message === undefined ? {} : { message },
      format,
    );
    const allow = known && !isUnreadable ? { allow: [...known.methods.keys()].join(", ") } : {};
    return { ...answer, headers: { ...headers, ...operation.headers, ...allow } };
  };
}

function rootOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
