import type { OpenApiDocument } from "@countersign/document";
import { commonHeaders } from "./common-headers.ts";
import type { Api, Route } from "./routes.ts";

/** What the mock itself refuses, beside the answers that a single operation documents. */
export type Refusal =
  | "unknownPath"
  | "wrongMethod"
  | "late"
  | "tooLarge"
  | "addressTooLong"
  | "headersTooLarge"
  | "invalidParameter"
  | "unreadable"
  | "badEncoding"
  | "failed";

/** The catalogue's error for each refusal. The legacy API knows none for an unknown address, nor for a large body. */
const codes: Record<Api, Record<Refusal, number>> = {
  v2: {
    unknownPath: 20404,
    wrongMethod: 20004,
    late: 20408,
    tooLarge: 20413,
    addressTooLong: 20414,
    headersTooLarge: 20431,
    invalidParameter: 60200,
    unreadable: 60200,
    badEncoding: 60200,
    failed: 20500,
  },
  v1: {
    unknownPath: 60002,
    wrongMethod: 60002,
    late: 60002,
    tooLarge: 60002,
    addressTooLong: 60002,
    headersTooLarge: 60002,
    invalidParameter: 60004,
    unreadable: 60002,
    badEncoding: 60005,
    failed: 60000,
  },
};

/** What a message names; `reason` follows it after a dash. */
export interface Particulars {
  parameter?: string;
  path?: string;
  reason?: string;
}

export interface ErrorBody {
  status: number;
  /** Those that every answer of the API has. */
  headers: Record<string, string>;
  mediaType: string;
  body: unknown;
}

export interface Errors {
  refuse(api: Api, refusal: Refusal, xml: boolean, particulars?: Particulars): ErrorBody;
  /** The name that the examples of this refusal have. */
  exampleName(api: Api, refusal: Refusal): string;
  /** An error's example with the particulars of the request in its message; any other body unchanged. */
  particularise(api: Api, example: string, body: unknown, particulars: Particulars): unknown;
}

/**
 * The errors of the document, with the texts, statuses and bodies of its examples.
 * @throws {Error} when the document lacks an error that the mock needs.
 */
export function createErrors(document: OpenApiDocument, routes: Route[]): Errors {
  const templates = readTemplates(routes, readPatterns(document));
  const headers = commonHeaders(document);
  const template = (api: Api, refusal: Refusal) => templates.get(`${api} error${codes[api][refusal]}`);
  for (const api of new Set(routes.map((route) => route.api))) {
    for (const refusal of Object.keys(codes[api]) as Refusal[]) {
      if (!template(api, refusal)) throw new Error(`The document has no example of ${api} error${codes[api][refusal]}`);
    }
  }
  return {
    refuse(api, refusal, xml, particulars = {}) {
      const own = template(api, refusal) as Template;
      // The legacy code says "invalid request" only; status and text of the newer error tell what is wrong.
      const telling = (api === "v1" && elsewhere.includes(refusal) && template("v2", refusal)) || own;
      const mediaType = xml && own.bodies.has("application/xml") ? "application/xml" : "application/json";
      const body = withMessage(own.bodies.get(mediaType), fill(telling, particulars));
      return { status: telling.status, headers: headers[api], mediaType, body };
    },
    exampleName: (api, refusal) => `error${codes[api][refusal]}`,
    particularise(api, example, body, particulars) {
      const known = templates.get(`${api} ${example}`);
      return known?.pattern && canFill(known.pattern, particulars) ? withMessage(body, fill(known, particulars)) : body;
    },
  };
}

const elsewhere: Refusal[] = ["unknownPath", "wrongMethod"];

interface Template {
  status: number;
  message: string;
  /** The message with `{parameter}` or `{path}` in it, where it varies. */
  pattern?: string;
  bodies: Map<string, unknown>;
}

/** Every error example by API and name, from the first operation that has it in the most formats. */
function readTemplates(routes: Route[], patterns: Map<string, string>): Map<string, Template> {
  const templates = new Map<string, Template>();
  for (const { api, answers } of routes) {
    for (const [status, contents] of answers) {
      for (const [name, body] of contents.get("application/json") ?? []) {
        const key = `${api} ${name}`;
        if (!/^error\d+$/.test(name) || (templates.get(key)?.bodies.size ?? 0) >= contents.size) continue;
        const pattern = patterns.get(key);
        const bodies = [...contents].map(([mediaType, examples]) => [mediaType, examples.get(name)] as const);
        const { message } = body as { message: string };
        templates.set(key, { status, message, ...(pattern && { pattern }), bodies: new Map(bodies) });
      }
    }
  }
  return templates;
}

function readPatterns(document: OpenApiDocument): Map<string, string> {
  return new Map(
    Object.values(document.components.schemas).flatMap(({ properties, "x-message": pattern }) => {
      if (!pattern) return [];
      const v1Code = properties?.error_code?.const;
      return [[v1Code ? `v1 error${v1Code}` : `v2 error${properties?.code?.const}`, pattern] as [string, string]];
    }),
  );
}

function fill({ message, pattern }: Template, particulars: Particulars): string {
  const { parameter = "", path = "", reason } = particulars;
  if (!pattern || !canFill(pattern, particulars)) return message;
  const text = pattern.replaceAll("{parameter}", () => parameter).replaceAll("{path}", () => path);
  return reason ? `${text.split(" - ", 1)[0]} - ${reason}` : text;
}

function canFill(pattern: string, { parameter, path }: Particulars): boolean {
  return !(pattern.includes("{parameter}") && !parameter) && !(pattern.includes("{path}") && !path);
}

function withMessage(body: unknown, message: string): unknown {
  if (typeof body === "string") {
    return body.replaceAll(/<message>[^<]*<\/message>/g, () => `<message>${escapeXml(message)}</message>`);
  }
  const error = body as { errors?: object };
  return { ...error, message, ...(error.errors && { errors: { ...error.errors, message } }) };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
