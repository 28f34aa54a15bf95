import type { Choice, MockRequest, Violation } from "./prism.ts";
import type { Contents, Route } from "./routes.ts";

/** Which example a request asks for, by status, by name, or both. */
export interface Preference {
  code?: string;
  example?: string;
}

/**
 * What the request prefers: `Prefer: code=429, example=error60203` (RFC 7240; `;` serves as well as `,`), or the query
 * parameters `__code` and `__example`. Other preferences are passed over, as the RFC asks.
 */
export function preferenceOf(header: string | string[] | undefined, search: string): Preference | undefined {
  const named = new Map(
    String(header ?? "")
      .split(/[,;]/)
      .map(nameAndValue),
  );
  const query = new URLSearchParams(search);
  const code = named.get("code") ?? query.get("__code");
  const example = named.get("example") ?? query.get("__example");
  if (!code && !example) return undefined;
  return { ...(code && { code }), ...(example && { example }) };
}

/** The answer that was asked for by name or status; undefined when the operation has no such answer. */
export function preferredChoice(route: Route, { code, example }: Preference, wanted: string): Choice | undefined {
  for (const [status, contents] of route.answers) {
    if (code !== undefined && String(status) !== code) continue;
    const examples = contents.get(mediaTypeOf(contents, wanted) ?? "");
    if (example === undefined || examples?.has(example)) return choiceOf(route, status, wanted, example);
  }
  return undefined;
}

/** The first success; of a list, the page that the address names. */
export function successChoice(route: Route, query: MockRequest["query"], wanted: string): Choice {
  const status = [...route.answers.keys()].find((code) => code >= 200 && code < 300) ?? 200;
  const bodies = [...(route.answers.get(status)?.get("application/json") ?? [])] as [string, Paged | undefined][];
  return choiceOf(route, status, wanted, pageOf(bodies, query));
}

/** The names of two refusals' examples, which an operation may or may not have. */
interface RefusalNames {
  invalid: string;
  unreadable: string;
}

/**
 * The documented refusal of a wrong request: missing credentials first, then a malformed id in the path, which is not
 * found, then a wrong parameter. Undefined when the operation documents none.
 */
export function refusalChoice(
  route: Route,
  violations: Violation[],
  { invalid, unreadable }: RefusalNames,
  wanted: string,
): Choice | undefined {
  const isIn = (contents: Contents, name: string) => [...contents.values()].some((examples) => examples.has(name));
  // A few of what is invalid are forbidden, as a signature that is missing.
  const [own = 400] = [...route.answers].find(([status, contents]) => status >= 400 && isIn(contents, invalid)) ?? [];
  for (const [status, example] of refusals(violations, [own, invalid], unreadable)) {
    const contents = route.answers.get(status);
    if (!contents) continue;
    const isNamed = example && isIn(contents, example);
    return choiceOf(route, status, wanted, isNamed ? example : undefined);
  }
  return undefined;
}

/** Statuses to look for, in order, with the example to prefer. */
function refusals(
  violations: Violation[],
  invalid: [status: number, example: string],
  unreadable: string,
): [status: number, example?: string][] {
  if (violations.some(({ code }) => code === 401)) return [[401], [400, unreadable]];
  const inPath = violations.filter(({ path }) => path[0] === "path");
  if (inPath.some(({ path }) => path[1] === "format")) return [[400, unreadable]];
  return inPath.length > 0 ? [[404], invalid] : [invalid];
}

/** The answers of an operation as a message lists them: `200 (approved, wrongCode), 401 (error20003)`. */
export function listAnswers(route: Route): string {
  return [...route.answers]
    .map(([status, contents]) => {
      const names = [...(contents.values().next().value?.keys() ?? [])];
      return names.length > 0 ? `${status} (${names.join(", ")})` : String(status);
    })
    .join(", ");
}

function choiceOf(route: Route, status: number, wanted: string, example?: string): Choice {
  const contents: Contents = route.answers.get(status) ?? new Map();
  const mediaType = mediaTypeOf(contents, wanted);
  const name =
    example ??
    contents
      .get(mediaType ?? "")
      ?.keys()
      .next().value;
  return { status, ...(mediaType && { mediaType }), ...(name && { example: name }) };
}

function mediaTypeOf(contents: Contents, wanted: string): string | undefined {
  if (contents.has(wanted)) return wanted;
  return contents.has("application/json") ? "application/json" : contents.keys().next().value;
}

interface Paged {
  meta?: { url?: string; next_page_url?: string | null };
}

/**
 * The example whose `meta.url` is the address asked for. A further page that no example shows is the last one: a client
 * that follows the pages must come to an end.
 */
function pageOf(bodies: [string, Paged | undefined][], query: MockRequest["query"]): string | undefined {
  const asked = canonical(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const exact = bodies.find(([, body]) => body?.meta?.url && canonical(queryOf(body.meta.url)) === asked);
  if (exact) return exact[0];
  const isFurther = query.PageToken !== undefined || Number(query.Page ?? 0) > 0;
  return isFurther ? bodies.find(([, body]) => body?.meta?.next_page_url === null)?.[0] : undefined;
}

function queryOf(url: string): string[][] {
  return [...new URL(url).searchParams];
}

function canonical(pairs: string[][]): string {
  return JSON.stringify(pairs.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}

function nameAndValue(preference: string): [string, string] {
  const [name = "", value = ""] = preference.split("=", 2);
  return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1")];
}
