import {
  type OpenApiDocument,
  operationOf,
  type Parameter,
  type PlacedOperation,
  schemaOf,
} from "@countersign/document";
import fc from "fast-check";
import { bodyArbitrary, queryArbitrary } from "./form-arbitrary.ts";
import { type Known, knownOrNew, mostly, usually } from "./value-arbitrary.ts";

export type { Known } from "./value-arbitrary.ts";

/** A request as `app.inject` and `fetch` take it. */
export interface GeneratedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload: Buffer;
}

/** What callers who may send, by the name of the security scheme that it is for. */
export type Credentials = Record<string, string[]>;

/**
 * Requests to an operation, from the document's own schemas: valid ones, and all kinds of broken ones.
 * @param known what exists, for requests to be about it now and then. It is asked whenever one is made.
 */
export function requestArbitrary(
  document: object,
  operationId: string,
  credentials: Credentials,
  known: Known = () => [],
): fc.Arbitrary<GeneratedRequest> {
  const bundle = document as OpenApiDocument;
  const placed = operationOf(bundle, operationId);
  const inPath = placed.parameters.filter((parameter) => parameter.in === "path");
  const inQuery = placed.parameters.filter((parameter) => parameter.in === "query");
  return fc
    .record({
      method: methodArbitrary(placed),
      path: pathArbitrary(bundle, placed, inPath, known),
      query: queryArbitrary(bundle, schemaOf(inQuery), known),
      body: bodyArbitrary(bundle, placed.operation, known),
      principal: principalArbitrary(bundle, placed, credentials),
      type: mostly([undefined], contentTypes),
      others: mostly([{}], otherHeaders),
    })
    .map(({ method, path, query, body, principal, type = body.type, others }) => ({
      method,
      url: urlOf(path, [principal.query, query]),
      headers: { ...(type && { "content-type": type }), ...principal.headers, ...others },
      payload: method === "GET" || method === "HEAD" ? Buffer.alloc(0) : body.payload,
    }));
}

function urlOf(path: string, queries: string[]): string {
  const query = queries.filter(Boolean).join("&");
  return query ? `${path}?${query}` : path;
}

const contentTypes = [
  "application/x-www-form-urlencoded; charset=UTF-8",
  "application/x-www-form-urlencoded;charset=latin1",
  "APPLICATION/X-WWW-FORM-URLENCODED",
  "application/json",
  "application/xml",
  "multipart/form-data; boundary=x",
  "text",
  "",
];

const otherHeaders: Record<string, string>[] = [
  { accept: "application/json" },
  { accept: "text/html, application/xml;q=0.9" },
  { accept: "\xff" },
  { "accept-language": "x".repeat(5_000), "accept-encoding": "gzip, br" },
  { "x-forwarded-host": "a.example, b.example", "x-forwarded-proto": "https" },
  { "x-forwarded-host": "a b/?#", "x-forwarded-proto": "javascript" },
  { host: "127.0.0.1:99999" },
  { host: "" },
  { expect: "100-continue" },
  { "transfer-encoding": "chunked" },
  { "content-encoding": "gzip" },
  { "x-http-method-override": "DELETE" },
  { upgrade: "h2c" },
  { range: "bytes=0-1", "if-none-match": "*" },
  { cookie: "__proto__=x; a=b" },
];

function methodArbitrary({ method }: PlacedOperation): fc.Arbitrary<string> {
  return mostly([method], ["PUT", "PATCH", "OPTIONS", ...(method === "GET" ? ["HEAD", "HEAD", "HEAD"] : [])]);
}

/** Beside encoded nonsense, nonsense of encoding. None of it leads to another operation. */
function pathArbitrary(document: OpenApiDocument, { path }: PlacedOperation, parameters: Parameter[], known: Known) {
  const values = fc.tuple(
    ...parameters.map(({ name, schema }) => {
      const valid = knownOrNew(document, name, schema, known).map((text) =>
        encodeURIComponent(text).replaceAll("%2B", "+"),
      );
      // Dots alone are a step in an address, and nobody sends them.
      const part = usually(12, valid, brokenPart).filter((text) => !/^\.{1,2}$/.test(text));
      return part.map((value) => [name, value]);
    }),
  );
  return values.map((pairs) => pairs.reduce((url, [name, value]) => url.replace(`{${name}}`, () => value ?? ""), path));
}

const brokenPart = fc.oneof(
  fc.string({ unit: "binary" }).map(encodeURIComponent),
  fc.constantFrom("%", "%zz", "%ff", "%c3", "%00", "a%00b", "a%2Fb", "", "%252e", "+", "a;b", "x".repeat(500)),
);

interface Principal {
  headers: Record<string, string>;
  query: string;
}

/** Credentials in one of the ways that the operation has, most often right. */
function principalArbitrary(
  document: OpenApiDocument,
  { operation }: PlacedOperation,
  credentials: Credentials,
): fc.Arbitrary<Principal> {
  const ways = (operation.security ?? document.security ?? []).map((way) => {
    const parts = Object.keys(way).map((name) => partArbitrary(document, name, credentials[name] ?? [""]));
    return fc.tuple(...parts).map((principals) => ({
      headers: Object.assign({}, ...principals.map(({ headers }) => headers)),
      query: principals.map(({ query }) => query).join(""),
    }));
  });
  return ways.length > 0 ? fc.oneof(...ways) : fc.constant({ headers: {}, query: "" });
}

function partArbitrary(document: OpenApiDocument, scheme: string, usual: string[]): fc.Arbitrary<Principal> {
  const { name = "authorization", in: place = "header" } = document.components.securitySchemes?.[scheme] ?? {};
  const wrong = usual.flatMap((text) => ["", "Basic", "Basic !", "Bearer x", `${text}AA`, text.slice(0, -6)]);
  return mostly(usual, wrong).map((text) => {
    if (text === "") return { headers: {}, query: "" };
    if (place === "query") return { headers: {}, query: `${name}=${encodeURIComponent(text)}` };
    return { headers: { [name.toLowerCase()]: text }, query: "" };
  });
}
