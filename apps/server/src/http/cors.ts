import type { IncomingMessage } from "node:http";
import { headerNamesOf, type OpenApiDocument } from "@countersign/document";
import type { Answer } from "./answers.ts";
import { hostName, isLoopbackHost } from "./hosts.ts";
import { perPart } from "./per-part.ts";
import type { KnownPath } from "./routes.ts";

/** Whose pages may read answers in a browser. */
export interface CorsPolicy {
  /** Origins that may read all, as `https://app.example.com`. */
  origins: readonly string[];
  /**
   * Whether all others may, too. What is below `/sandbox` only pages of this machine may read then: everybody knows the
   * sandbox's token, and the inbox has the codes.
   */
  isOpen: boolean;
}

export interface Cors {
  /** The headers by which a browser lets the page read the answer. @param path that of the operation, if there is one */
  headers(request: IncomingMessage, path: string | undefined): Answer["headers"];
  /** The answer to a browser that asks whether a page may send such a request; undefined for what does not ask, or may not. */
  preflight(request: IncomingMessage, known: KnownPath): Answer | undefined;
}

export function createCors(document: OpenApiDocument, { origins, isOpen }: CorsPolicy): Cors {
  const exposed = exposedIn(document, document.paths);
  const allowed = (origin: string, path = ""): string | undefined => {
    const isPublic = isOpen && !/^\/(sandbox|console)\b/.test(path);
    if (isPublic) return "*";
    return origins.includes(origin) || (isOpen && isOfThisMachine(origin)) ? origin : undefined;
  };
  const forAll = { "access-control-allow-origin": "*", "access-control-expose-headers": exposed };
  return {
    headers({ headers: { origin = "" } }, path) {
      const allow = allowed(origin, path);
      if (allow === "*") return forAll;
      return allow === undefined
        ? { vary: "Origin" }
        : { ...forAll, "access-control-allow-origin": allow, vary: "Origin" };
    },
    preflight({ method, headers }, { path, methods }) {
      const isAsked = method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
      if (!isAsked || headers.origin === undefined || allowed(headers.origin, path) === undefined) return undefined;
      const answer: Answer = { status: 204, headers: { "access-control-max-age": "600" }, body: "" };
      answer.headers["access-control-allow-methods"] = [...methods.keys()].join(", ");
      const wanted = headers["access-control-request-headers"];
      if (wanted !== undefined) answer.headers["access-control-allow-headers"] = wanted;
      return answer;
    },
  };
}

const exposedIn = perPart((document: OpenApiDocument, _paths: OpenApiDocument["paths"]) =>
  headerNamesOf(document).join(", "),
);

function isOfThisMachine(origin: string): boolean {
  const [, host = ""] = /^https?:\/\/([^/?#@]+)$/.exec(origin) ?? [];
  return isLoopbackHost(hostName(host));
}
