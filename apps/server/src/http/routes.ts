import type { IncomingMessage } from "node:http";
import { type Answer, type ErrorAnswer, type Errors, errorAnswer, noPath } from "./errors.ts";
import { pathOf } from "./request-url.ts";
import type { ServedOperation } from "./served-operation.ts";
import { createUnknownPathShower, shownPath } from "./shown-path.ts";

/** A path of the document in the router's syntax. */
export function routerPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

/**
 * Makes the function that answers what the router has no operation for: a path that there is not, a method that the path
 * has not, or an operation whose path is not percent-encoded as it must be.
 */
export function createRouteRefuser(operations: ServedOperation[], errors: Errors) {
  const paths = knownPaths(operations);
  const shownUnknown = createUnknownPathShower(operations.map(({ path }) => path));
  return (request: IncomingMessage): Answer => {
    const path = pathOf(request);
    const known = paths.find(({ pattern }) => pattern.test(path));
    const operation = known?.methods.get(request.method ?? "");
    if (!known || operation) {
      const notFound = operation?.errors.get(20404) ?? errors.get(20404);
      const shown = () => (operation ? shownPath(path, operation.path) : shownUnknown(path));
      return errorAnswer(notFound as ErrorAnswer, {}, shown);
    }
    const { headers, ...answer } = errorAnswer(errors.get(20004) as ErrorAnswer, {}, noPath);
    return { ...answer, headers: { ...headers, allow: [...known.methods.keys()].join(", ") } };
  };
}

interface KnownPath<Operation> {
  pattern: RegExp;
  methods: Map<string, Operation>;
}

/** The addresses that there are. Those without parameters first, since a parameter would take their last part. */
export function knownPaths<Operation extends Pick<ServedOperation, "method" | "path">>(
  operations: Operation[],
): KnownPath<Operation>[] {
  const paths = new Map<string, KnownPath<Operation>>();
  for (const operation of operations) {
    const known = paths.get(operation.path) ?? { pattern: patternOf(operation.path), methods: new Map() };
    paths.set(operation.path, known);
    known.methods.set(operation.method, operation);
    // Whatever can be read answers HEAD.
    if (operation.method === "GET") known.methods.set("HEAD", operation);
  }
  const parameters = (path: string) => path.split("{").length;
  return [...paths].sort(([a], [b]) => parameters(a) - parameters(b)).map(([, known]) => known);
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}
