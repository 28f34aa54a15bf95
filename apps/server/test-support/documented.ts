import { checkResponse } from "@countersign/contract/response";
import { operationsOf } from "@countersign/document";
import { bundledDocument } from "../src/http/bundled-document.ts";

/** What was answered to a request. */
export interface Answered {
  method: string;
  /** As it was sent, without the query. */
  path: string;
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** How an answer departs from what the document promises of the operation at that address. */
export function departuresOf({ method, path, status, headers, text }: Answered): string[] {
  // What a browser asks before it lets a page ask is no operation's.
  if (method === "OPTIONS" && status === 204 && "access-control-allow-methods" in headers) return [];
  // What auth servers are answered is as each of them has it.
  if (path.startsWith("/auth-servers/")) return [];
  // Production has none of the sandbox's operations.
  const isMissing = path.startsWith("/sandbox/") && status === 404;
  const operationId = (!isMissing && operationAt(method, path)) || (isV1(path) ? "nowhereInV1" : "nowhere");
  return checkResponse(documented, operationId, status, headers, method === "HEAD" ? undefined : text);
}

const { paths, ...rest } = bundledDocument;
const operations = operationsOf(bundledDocument);
const refusal = (schema: string, headers: object = {}) => ({
  headers: { "Twilio-Request-Id": { $ref: "#/components/headers/TwilioRequestId" }, ...headers },
  content: Object.fromEntries(
    ["application/json", "application/xml"].map((type) => [
      type,
      { schema: { $ref: `#/components/schemas/${schema}` } },
    ]),
  ),
});
const allow = { Allow: { $ref: "#/components/headers/Allow" } };
const deprecation = {
  Deprecation: { $ref: "#/components/headers/Deprecation" },
  Link: { $ref: "#/components/headers/Link" },
};

/**
 * The document, with what is answered where there is no operation. It has codes of v1 for that, but no statuses. Its
 * schemas are compiled once for all answers of a process, whoever has them checked.
 */
export const documented = {
  ...rest,
  paths: {
    ...paths,
    "/nowhere": {
      get: {
        operationId: "nowhere",
        responses: {
          400: refusal("Error60200"),
          404: refusal("Error20404"),
          405: refusal("Error20004", allow),
        },
      },
      post: {
        operationId: "nowhereInV1",
        responses: {
          400: refusal("V1Error", deprecation),
          404: refusal("V1Error", deprecation),
          405: refusal("V1Error", { ...deprecation, ...allow }),
        },
      },
    },
  },
};

const addresses = Object.keys(paths)
  // A parameter would take the last part of a path that has none.
  .toSorted((a, b) => a.split("{").length - b.split("{").length)
  .map((path) => ({ pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]*")}$`), path }));

/** Whatever can be read answers HEAD. */
function operationAt(method: string, path: string): string | undefined {
  const address = addresses.find(({ pattern }) => pattern.test(path))?.path;
  const served = method === "HEAD" ? "GET" : method;
  return operations.find((placed) => placed.path === address && placed.method === served)?.operation.operationId;
}

function isV1(path: string): boolean {
  return /^\/(protected|dashboard|onetouch|2010-04-01)\//.test(path);
}
