import { createFaultCodes, readScalar, unfitName, unmet, withoutEffect } from "@countersign/document";
import { listAnswers, type Preference, preferenceOf, preferredChoice, refusalChoice, successChoice } from "./choose.ts";
import type { Errors, Particulars, Refusal } from "./errors.ts";
import { type Malformed, otherType, percentDecoded } from "./fields.ts";
import type { Choice, MockRequest, Prism, PrismAnswer, Violation } from "./prism.ts";
import { type Incoming, type Read, readRequest, resolved, type Unheeded } from "./request.ts";
import type { Api, Route, Router } from "./routes.ts";

/** What goes back, but for the headers that every answer has. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: string;
}

export interface Parts {
  router: Router;
  /** Headers that an answer depends on, in lower case. */
  headerNames: string[];
  /** Names of the headers that pages of other origins may read. */
  exposed: string;
  prism: Prism;
  errors: Errors;
}

/**
 * Answers a request from the document: the example that it prefers by name, else the documented refusal of what is wrong
 * with it, else the first success.
 */
export async function answer(parts: Parts, incoming: Incoming): Promise<Answer> {
  const { router, prism } = parts;
  const { path, method } = incoming;
  // v1 tells what is wrong with an address before it looks for it.
  if (router.apiOf(path) === "v1" && percentDecoded(path) === undefined) {
    return refuse(parts, incoming, /%(?![0-9a-f]{2})/i.test(path) ? "unreadable" : "badEncoding");
  }
  const match = router.find(method, path);
  if (!match) return refuse(parts, incoming, "unknownPath");
  if ("allow" in match) return withHeader(refuse(parts, incoming, "wrongMethod"), "allow", match.allow.join(", "));
  const { route, parameters } = match;
  if (!parameters) return refuseAddress(parts, incoming, route);
  const wanted = wantedMediaType(route.api, incoming);
  const preference = preferenceOf(incoming.headers.prefer, incoming.search);
  const read = readRequest(route, parameters, incoming);
  const { request, malformed } = read;
  if (preference) {
    const choice = preferredChoice(route, preference, wanted);
    return choice ? give(prism, route, request, choice) : refusePreference(parts, incoming, route, preference);
  }
  const judged = await prism.judge(route.operation, request, successChoice(route, request.query, wanted));
  const violations = Array.isArray(judged) ? judged : [];
  const isHeard = violations.every(({ code, path: [place] }) => code !== 401 && place !== "path");
  const isRead = !malformed || route.api === "v2";
  if (isHeard && !isRead) return refuseMalformed(parts, incoming, malformed);
  const isFit = violations.length === 0;
  const fault = isHeard ? (faultOfForm(route, read) ?? (isFit ? unfitValue(route, request) : undefined)) : undefined;
  if (fault || Array.isArray(judged)) return refuseInvalid(parts, incoming, route, read, violations, fault);
  return namingUnknown(toAnswer(judged), read.unheeded);
}

/** A refusal that belongs to no operation, or that its operation does not document. */
export function refuse(
  parts: Parts,
  { path }: { path: string },
  refusal: Refusal,
  particulars: Particulars = {},
): Answer {
  const api = parts.router.apiOf(path);
  const error = parts.errors.refuse(api, refusal, wantsXml(api, path), { path: withoutVersion(path), ...particulars });
  return {
    status: error.status,
    headers: { ...error.headers, "content-type": error.mediaType },
    body: textOf(error.body),
  };
}

/** An address that names nothing, since it cannot be decoded. */
async function refuseAddress(parts: Parts, incoming: Incoming, route: Route): Promise<Answer> {
  if (!route.answers.has(404)) return refuse(parts, incoming, "unknownPath");
  const violation = { path: ["path"], code: "pattern", message: "" };
  return refuseInvalid(parts, incoming, route, readRequest(route, {}, incoming), [violation]);
}

async function give(prism: Prism, route: Route, request: MockRequest, choice: Choice): Promise<Answer> {
  return toAnswer(await prism.example(route.operation, request, choice));
}

function refusePreference(parts: Parts, incoming: Incoming, route: Route, { code, example }: Preference): Answer {
  const wanted = [code && `code=${code}`, example && `example=${example}`].filter(Boolean).join(", ");
  const reason = `${route.id} has no ${wanted}; it has ${listAnswers(route)}`;
  return refuse(parts, incoming, "invalidParameter", { parameter: "Prefer", reason });
}

function refuseMalformed(parts: Parts, incoming: Incoming, { parameter, isEncoding }: Malformed): Answer {
  return refuse(parts, incoming, isEncoding ? "badEncoding" : "unreadable", { parameter });
}

async function refuseInvalid(
  parts: Parts,
  incoming: Incoming,
  route: Route,
  { request, unheeded }: Read,
  violations: Violation[],
  known?: Fault,
): Promise<Answer> {
  const { prism, errors } = parts;
  const { code = route.invalid, ...fault } = known ?? faultOf(route, violations);
  const particulars = { path: withoutVersion(incoming.path), ...fault };
  const names = {
    invalid: code === undefined ? errors.exampleName(route.api, "invalidParameter") : `error${code}`,
    unreadable: errors.exampleName(route.api, "unreadable"),
  };
  const choice = refusalChoice(route, violations, names, wantedMediaType(route.api, incoming));
  if (!choice) return refuse(parts, incoming, "unreadable", particulars);
  const prismAnswer = await prism.example(route.operation, request, choice);
  const body = errors.particularise(route.api, choice.example ?? "", prismAnswer.body, particulars);
  const isTold = choice.status === 400 && Object.keys(unheeded).length > 0;
  return toAnswer({ ...prismAnswer, body: isTold ? { ...(body as object), details: unheeded } : body });
}

/** What is wrong, and the error that it answers where it is not that of invalid parameters. */
interface Fault extends Particulars {
  code?: number | undefined;
}

/** At a parameter of the route, or where the fault lies in none of them, at the one that it cannot do without. */
function faultAt({ fields = {}, query, required }: Route, name: string): Fault {
  const isKnown = Object.hasOwn(fields, name) || query.includes(name);
  const parameter = isKnown ? name : (required[0]?.names[0] ?? [...query, ...Object.keys(fields)][0]);
  return parameter === undefined ? {} : { parameter, code: fields[parameter]?.["x-invalid"] };
}

/** What no schema tells: on v2 a filter that a list lacks, what a form cannot do without, and a body of another type. */
function faultOfForm(route: Route, { request, malformed, unknownFilter }: Read): Fault | undefined {
  if (malformed && malformed.parameter !== otherType) return faultAt(route, malformed.parameter);
  if (unknownFilter !== undefined) return { parameter: unknownFilter };
  // Prism itself would take `05` and nothing for numbers.
  const noInteger = route.integers.find((name) => {
    const text = request.query[name];
    return route.api === "v2" && typeof text === "string" && readScalar("integer", text) === text;
  });
  if (noInteger) return { parameter: noInteger };
  const missing = unmet(route.required, request.fields ?? {});
  if (missing) return { code: missing.code, ...(missing.names[0] && { parameter: missing.names[0] }) };
  return malformed && { parameter: malformed.parameter };
}

/**
 * What no schema tells of a value: a name that none may be, a parameter without an effect beside the others, or a recipient
 * that the channel cannot reach, as an e-mail address where it is for numbers.
 */
function unfitValue(route: Route, { fields = {} }: MockRequest): Fault | undefined {
  const shown = unfitName(route.fields, fields);
  if (shown) return { parameter: shown };
  const vain = withoutEffect(route.onlyWith, fields);
  if (vain) return { code: vain.error, parameter: vain.parameter };
  const [name] = Object.entries(route.fields ?? {}).flatMap(([name, { "x-address-for": channel }]) =>
    channel && (fields[channel] === "email") !== String(fields[name]).includes("@") ? [name] : [],
  );
  return name === undefined ? undefined : { parameter: name };
}

/** A success says what was passed over. */
function namingUnknown(answer: Answer, { unknown_parameters: names }: Unheeded): Answer {
  if (!names) return answer;
  const value = names.map((name) => encodeURIComponent(name).replace("%3F", "?")).join(", ");
  return withHeader(answer, "countersign-unknown-parameters", value);
}

/** The parameter at fault, under its documented name, and on v1 what is wrong with it. */
function faultOf(route: Route, violations: Violation[]): Fault {
  const { path, code, message } = violations.find(({ path }) => path[0] !== "path") ?? (violations[0] as Violation);
  // What a member lacks is the fault of the parameter that it is in.
  const missing = /required property '(.+)'/.exec(message)?.[1];
  const name = path[1] ?? missing;
  // Prism lowers the case of names outside the body.
  const known = [...route.query, ...route.headers, ...placeholders(route)];
  const parameter = known.find((candidate) => candidate.toLowerCase() === name) ?? name;
  if (!parameter) return {};
  const codeOf = route.json && createFaultCodes(resolved, route.json, route.invalid);
  const reason = message.replace(/^Request \w+ (?:(?:property|parameter) \S+ )?/, "");
  return {
    code: codeOf ? codeOf([...path.slice(1), ...(missing ? [missing] : [])]) : route.fields?.[parameter]?.["x-invalid"],
    parameter,
    ...(route.api === "v1" && code !== "required" && { reason }),
  };
}

function placeholders({ segments }: Route): string[] {
  return segments.flatMap((segment) => (segment.startsWith("{") ? [segment.slice(1, -1)] : []));
}

function toAnswer({ status, headers, body }: PrismAnswer): Answer {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name.toLowerCase(), String(value)]],
  );
  const named = Object.fromEntries(entries) as Record<string, string>;
  const { "content-type": mediaType, ...others } = withoutLimits(status, named, body);
  if (body === undefined) return { status, headers: others };
  return { status, headers: { ...others, "content-type": mediaType ?? "application/json" }, body: textOf(body) };
}

/**
 * Nothing was passed over, unless the request says otherwise. An accepted start has reached no limit, and a refusal's
 * `Retry-After` is the wait in its body: it is not sent for a long
 * one, since transports sleep for it inside the call.
 */
function withoutLimits(status: number, headers: Record<string, string>, body: unknown): Record<string, string> {
  const {
    "retry-after": wait,
    "twilio-reached-rate-limit": _,
    "countersign-unknown-parameters": __,
    ...others
  } = headers;
  if (status < 400) return others;
  const { details = {} } = (body ?? {}) as { details?: { retry_after_seconds?: number; rate_limit?: string } };
  const { retry_after_seconds: seconds = wait, rate_limit: limit } = details;
  return {
    ...others,
    ...(Number(seconds) <= 30 && { "retry-after": String(seconds) }),
    ...(limit && { "twilio-reached-rate-limit": limit }),
  };
}

/** XML examples are text already. */
function textOf(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** What the caller reads: XML where the legacy API's address says so, else text where `Accept` asks for that alone. */
function wantedMediaType(api: Api, { path, headers }: Incoming): string {
  if (wantsXml(api, path)) return "application/xml";
  return api === "v2" && headers.accept === "text/plain" ? "text/plain" : "application/json";
}

/** On the legacy API the address says the format: `/protected/xml/…`. */
function wantsXml(api: Api, path: string): boolean {
  return api === "v1" && path.split("/")[2] === "xml";
}

/** The address as messages repeat it. */
function withoutVersion(path: string): string {
  return path.replace(/^\/v2(?=\/)/, "");
}
