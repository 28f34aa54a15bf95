import { bundledDocument } from "../src/adapters/document.ts";
import { checkResponse } from "../src/http/response-checker.ts";

const document = bundledDocument();

/** What no operation is for answers as every operation does when it finds nothing. */
const anyOperation = "fetchService";

/** How an answer departs from what the document promises of the operation at that address. */
export function departuresOf(method: string, path: string, answer: Response, text: string): string[] {
  // Production has none of the sandbox's operations.
  const isMissing = path.startsWith("/sandbox/") && answer.status === 404;
  const operationId = (!isMissing && operationAt(method, path)) || anyOperation;
  return checkResponse(document, operationId, answer.status, Object.fromEntries(answer.headers), text);
}

const served = Object.entries(document.paths)
  .filter(([path]) => /^\/(v2|sna|sandbox)\//.test(path))
  // A parameter would take the last part of a path that has none.
  .toSorted(([a], [b]) => a.split("{").length - b.split("{").length)
  .map(([path, item]) => ({ pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`), item }));

function operationAt(method: string, path: string): string | undefined {
  const item = served.find(({ pattern }) => pattern.test(path))?.item;
  return item?.[method.toLowerCase()]?.operationId;
}
