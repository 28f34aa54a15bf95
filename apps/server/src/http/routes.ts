import type { IncomingMessage } from "node:http";
import { type OpenApiDocument, operationsOf, resolve } from "@countersign/document";
import type { Compile } from "@countersign/document/validator";
import type { Answer, Errors } from "./answers.ts";
import { perPart } from "./per-part.ts";
import type { Dialect, Route } from "./pipeline.ts";
import { type Address, pathOf } from "./request-url.ts";

/** What every dialect is made of. */
export interface Shared {
  document: OpenApiDocument;
  compile: Compile;
  /** What can happen to every operation of v2, and to requests that are of none. */
  errors: Errors;
}

/**
 * Those operations of the document that there is a handler of, with what every dialect reads of them.
 * @throws when one has not one success, and no more.
 */
export function handledOperations(document: OpenApiDocument, handlers: object) {
  return placedOperations(document, document.paths).flatMap((placed) => {
    const { path, method, operation } = placed;
    const { operationId } = operation;
    const handler = (handlers as Record<string, Route["handler"] | undefined>)[operationId];
    if (!handler) return [];
    const answers = Object.entries(operation.responses).map(
      ([status, response]) => [Number(status), resolve(document, response)] as const,
    );
    const [success, ...more] = answers.filter(([status]) => status >= 200 && status < 300);
    if (!success || more.length > 0) throw new Error(`${operationId} needs one success, not more`);
    return [{ placed, success, route: { operationId, method, path, handler } }];
  });
}

const placedOperations = perPart((document: OpenApiDocument, _paths: OpenApiDocument["paths"]) =>
  operationsOf(document),
);

/**
 * Makes the function that answers what the router has no operation for: a path that there is not, a method that the path
 * has not, or an operation whose path is not percent-encoded as it must be. A dialect answers for the addresses that
 * begin like one of its own, and the first for all that nobody knows.
 */
export function createRouteRefuser(dialects: readonly Dialect[]) {
  const owners = dialects.map((dialect) => ({
    dialect,
    roots: new Set(dialect.operations.map(({ path }) => rootOf(path))),
    paths: knownPaths(dialect.operations),
  }));
  return (request: IncomingMessage, address: Address): { answer: Answer; known: KnownPath | undefined } => {
    const path = pathOf(request);
    const owner = owners.find(({ roots }) => roots.has(rootOf(path))) ?? owners[0];
    const { dialect, paths } = owner as (typeof owners)[number];
    const known = paths.find(({ pattern }) => pattern.test(path));
    const operation = known?.methods.get(request.method ?? "");
    const answer = dialect.refuseRoute({ path, isKnown: known !== undefined, operation, address });
    if (known && answer.status === 405) answer.headers.allow = [...known.methods.keys()].join(", ");
    return { answer, known };
  };
}

function rootOf(path: string): string {
  return path.split("/", 2).join("/");
}

export interface KnownPath {
  /** As the document has it. */
  path: string;
  pattern: RegExp;
  methods: Map<string, Route>;
}

/** The addresses that there are. Those without parameters first, since a parameter would take their last part. */
function knownPaths(operations: readonly Route[]): KnownPath[] {
  const paths = new Map<string, KnownPath>();
  for (const operation of operations) {
    const known = paths.get(operation.path) ?? {
      path: operation.path,
      pattern: patternOf(operation.path),
      methods: new Map(),
    };
    paths.set(operation.path, known);
    for (const method of methodsOf(operation)) known.methods.set(method, operation);
  }
  const parameters = (path: string) => path.split("{").length;
  return [...paths].sort(([a], [b]) => parameters(a) - parameters(b)).map(([, known]) => known);
}

/** Whatever can be read answers HEAD; Node leaves the body out. */
export function methodsOf({ method }: Pick<Route, "method">): string[] {
  return method === "GET" ? ["GET", "HEAD"] : [method];
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}

/**
 * A path as messages may repeat it: without the version, as the document's examples have it. Of what the caller wrote
 * only sids are repeated; anything else may be a secret or somebody's number, and the parameter's name stands for it.
 * @param template the operation's path.
 */
export function shownPath(path: string, template: string): string {
  const names = template.split("/");
  return shown(path, (_, index) => names[index] ?? unknown);
}

/** The same for a path that is no operation's: words that stand in none of the given paths are left out as well. */
export function createUnknownPathShower(templates: string[]): (path: string) => string {
  const words = new Set(["/", ...templates].flatMap((path) => path.split("/")).filter((word) => !word.includes("{")));
  return (path) => shown(path, (segment) => (words.has(segment) ? segment : unknown));
}

const unknown = "{unknown}";

function shown(path: string, nameOf: (segment: string, index: number) => string): string {
  const segments = path.split("/").map((segment, index) => (isSid.test(segment) ? segment : nameOf(segment, index)));
  return segments.join("/").replace(/^\/v\d+(?=\/)/, "");
}

const isSid = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
