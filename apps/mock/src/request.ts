import type { IncomingHttpHeaders } from "node:http";
import { givenIn, type OpenApiDocument } from "@countersign/document";
import { coerce, form, type Malformed, otherType, type Parsed, parseBody, parseForm, type Values } from "./fields.ts";
import type { MockRequest } from "./prism.ts";
import type { Route } from "./routes.ts";

/** A request as it came in, its body read. */
export interface Incoming {
  method: string;
  path: string;
  /** The query without `?`, as it was sent. */
  search: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

/** What v2 passes over, as `details` has it. */
export interface Unheeded {
  parameter?: string;
  unknown_parameters?: string[];
}

/** The request for Prism; with `malformed`, a part of it could not be read and is left out. */
export interface Read {
  request: MockRequest;
  malformed?: Malformed;
  /** The first name in the query of a list that the list has no filter for. */
  unknownFilter?: string;
  unheeded: Unheeded;
}

export function readRequest(route: Route, parameters: Record<string, string>, incoming: Incoming): Read {
  const query = parseForm(incoming.search);
  const body = readBody(route, incoming);
  const malformed = query.malformed ?? body.malformed;
  const sources = { query: query.values, body: body.values };
  const request = toRequest(route, parameters, incoming, sources);
  return {
    request,
    unheeded: {},
    ...(malformed && { malformed }),
    ...(route.api === "v2" && unheededOf(route, sources, malformed)),
  };
}

/** What only the mock knows, `__code` and `__example`, is not unknown. */
function unheededOf(
  route: Route,
  { query, body }: Sources,
  malformed?: Malformed,
): Pick<Read, "unheeded" | "unknownFilter"> {
  const inQuery = [...query.keys()].filter(
    (name) => !route.query.includes(name) && name !== "__code" && name !== "__example",
  );
  const inBody = [...body.keys()].filter((name) => !Object.hasOwn(route.fields ?? {}, name));
  const isFiltered = route.query.length > 0;
  const names = [...(isFiltered ? [] : inQuery.map((name) => `?${name}`)), ...inBody].slice(0, 8);
  const unheeded = {
    ...(malformed?.parameter === otherType && { parameter: otherType }),
    ...(names.length > 0 && { unknown_parameters: names.map((name) => [...name].slice(0, 64).join("")) }),
  };
  return { unheeded, ...(isFiltered && inQuery[0] !== undefined && { unknownFilter: inQuery[0] }) };
}

interface Sources {
  query: Values;
  body: Values;
}

/** Prism's copy refers to nothing. */
export const resolved = {} as OpenApiDocument;

/** A body where none is documented means something on v1 only, whose clients send forms with GET. */
function readBody(route: Route, { headers, body }: Incoming): Parsed {
  if (!route.fields && route.api === "v2") return { values: new Map() };
  const { json } = route;
  const accepts = route.fields ? route.accepts : [form, "application/json"];
  return parseBody(body, headers["content-type"], accepts, json && ((value) => givenIn(resolved, json, value)));
}

function toRequest(
  route: Route,
  parameters: Record<string, string>,
  incoming: Incoming,
  sources: Sources,
): MockRequest {
  const { query, body } = route.api === "v1" ? shared(sources) : sources;
  const fields = Object.entries(route.fields ?? {}).flatMap(([name, schema]) => {
    const values = given(route, name, body);
    return values ? [[name, route.json ? values[0] : coerce(schema, values)]] : [];
  });
  return {
    path: route.segments.map((part) => filled(part, parameters)).join("/"),
    query: Object.fromEntries(route.query.flatMap((name) => queryEntry(name, given(route, name, query)))),
    headers: headersOf(route, incoming.headers),
    fields: route.fields && Object.fromEntries(fields),
  };
}

/** An optional text that is empty counts as not sent. */
function given({ optionalTexts }: Route, name: string, values: Values): unknown[] | undefined {
  const all = values.get(name);
  return all?.length === 1 && all[0] === "" && optionalTexts.has(name) ? undefined : all;
}

/** The legacy API takes a parameter from the query or the body alike; each place's own value wins. */
function shared({ query, body }: Sources): Sources {
  return { query: new Map([...body, ...query]), body: new Map([...query, ...body]) };
}

function queryEntry(name: string, values: unknown[] | undefined): [string, string | string[]][] {
  if (!values) return [];
  const texts = values.map(String);
  return [[name, texts.length === 1 ? (texts[0] as string) : texts]];
}

function filled(part: string, parameters: Record<string, string>): string {
  return part.startsWith("{") ? encodeURIComponent(parameters[part.slice(1, -1)] ?? "") : part;
}

function headersOf(route: Route, headers: IncomingHttpHeaders): Record<string, string> {
  const read = Object.fromEntries(
    route.headers.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : [])),
  );
  return hasCredentials(headers.authorization) ? { ...read, authorization: anyCredentials } : read;
}

/** Prism takes a password with a colon for none, and an empty one for a password. */
const anyCredentials = `Basic ${btoa("user:password")}`;

function hasCredentials(authorization: string | undefined): boolean {
  const [, token] = /^Basic +(\S+)$/i.exec(authorization ?? "") ?? [];
  return token !== undefined && /^[^:]+:./s.test(Buffer.from(token, "base64").toString());
}
