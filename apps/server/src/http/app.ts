import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { ListenOptions } from "node:net";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { type Compile, createCompiler } from "@countersign/document/validator";
import findMyWay, { type HTTPMethod } from "find-my-way";
import type { Logger } from "pino";
import type { Handlers } from "../kernel/handler.ts";
import { createV1Face, type V1Options } from "../v1/http/face.ts";
import { answerTo, type Incoming } from "./answer.ts";
import type { Authenticator } from "./authenticators.ts";
import { createCloser } from "./closer.ts";
import { type Answer, sharedErrors } from "./errors.ts";
import { createHttpServer, type Intercept, type Tls } from "./http-server.ts";
import { createRequestLog, type RequestLog, requestIdHeader, requestIdOf } from "./request-log.ts";
import { createAddressReader } from "./request-url.ts";
import { createRouteRefuser, routerPath } from "./routes.ts";
import { type AnyHandler, compileOperation, type ServedOperation } from "./served-operation.ts";

export interface AppOptions {
  /** The bundled OpenAPI document, which everything is derived from. */
  document: object;
  /** An operation without a handler is not served: its address answers 404. */
  handlers: Partial<Handlers>;
  /** By the names of the document's security schemes. An operation whose schemes have none is not served. */
  authenticators: Readonly<Record<string, Authenticator>>;
  /** What the legacy v1 is served with; without it, it is not. */
  v1?: V1Options;
  /** Where callers reach the service; without it, what the request says of its host and proxy. */
  publicUrl?: string;
  logger?: Pick<Logger, "info" | "error">;
  /** Is told of each request that was answered. */
  onAnswered?: RequestLog["answered"];
  /** Stands around what answers requests. */
  observeRoute?: ObserveRoute;
  /** Whether the operations of the tag Sandbox are served, and a request may ask for an error. */
  sandbox: boolean;
  /** Looks at every request first, and returns true when it answers it itself. */
  intercept?: Intercept;
  /** With which it speaks HTTPS, and HTTP without. */
  tls?: Tls;
}

export interface App {
  server: Server;
  /** Answers a request, wherever it comes from. */
  handle: RequestListener;
  listen(options: ListenOptions): Promise<void>;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** Answers a request, and tells with what; with nothing when the caller hung up. */
export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
  parameters: Record<string, string | undefined>,
) => Promise<Answer | undefined>;

/** @param route is undefined for addresses that there are none of. */
export type ObserveRoute = (route: Pick<Route, "path"> | undefined, respond: Respond) => Respond;

interface State {
  isClosing: boolean;
}

type Route = Pick<ServedOperation, "operationId" | "method" | "path">;
type AnswerTo = (incoming: Incoming) => Promise<Answer | undefined>;

/** A path parameter is as long as the document lets it be; this is the length of all that Node reads before the body. */
const maxParamLength = 16 * 1024;

/** Serves the operations of the document over HTTP. */
export function createApp(options: AppOptions): App {
  const document = options.document as OpenApiDocument;
  const log = createRequestLog(options.logger, options.onAnswered);
  const errors = sharedErrors(document);
  const compile = createCompiler(document);
  const operations = servedOperations(document, compile, options);
  const refuseRoute = createRouteRefuser(operations, errors);
  const { publicUrl, sandbox } = options;
  const surroundings = { addressOf: createAddressReader(publicUrl), errors, log, sandbox };
  const v1 = options.v1 && createV1Face(document, compile, options.v1, surroundings, errors);
  const state: State = { isClosing: false };
  const { observeRoute = (_route, respond) => respond } = options;
  const refuse = observeRoute(undefined, async (request, response) => {
    const refusal = v1?.refuseRoute(request) ?? refuseRoute(request);
    log.answered({ id: requestIdOf(request), method: request.method, status: refusal.status });
    send(request, response, refusal, state);
    return refusal;
  });
  const router = findMyWay({
    maxParamLength,
    defaultRoute: (request, response) => void refuse(request, response, {}),
    onBadUrl: (_path, request, response) => void refuse(request, response, {}),
    // The query is read only once it is known whose it is.
    querystringParser: () => ({}),
  });
  const add = (operation: Route, answerTo: AnswerTo) => {
    const { method, path } = operation;
    // Whatever can be read answers HEAD; Node leaves the body out.
    const methods = method === "GET" ? ["GET", "HEAD"] : [method];
    const respond = observeRoute(operation, async (raw, response, params) => {
      const startedAt = performance.now();
      const id = requestIdOf(raw);
      const answer = await answerTo({ id, raw, path: params as Record<string, string> });
      log.answered({ id, method: raw.method, operation, status: answer?.status, ms: performance.now() - startedAt });
      if (answer) send(raw, response, answer, state);
      return answer;
    });
    router.on(methods as HTTPMethod[], routerPath(path), respond);
  };
  for (const operation of operations) add(operation, (incoming) => answerTo(incoming, operation, surroundings));
  for (const { operation, answerTo } of v1?.routes ?? []) add(operation, answerTo);
  const handle: RequestListener = (request, response) => router.lookup(request, response);
  return appOf(createHttpServer(errors, log, handle, options), handle, state);
}

function servedOperations(
  document: OpenApiDocument,
  compile: Compile,
  { handlers, sandbox, authenticators }: AppOptions,
): ServedOperation[] {
  return operationsOf(document).flatMap((placed) => {
    const { operationId, tags } = placed.operation;
    const handler = handlers[operationId as keyof Handlers] as AnyHandler | undefined;
    if (!handler || (!sandbox && tags?.includes("Sandbox"))) return [];
    const compiled = compileOperation(document, compile, placed, handler, authenticators);
    return compiled.ways?.length === 0 ? [] : compiled;
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  { isClosing }: State,
): void {
  response.writeHead(status, {
    [requestIdHeader]: requestIdOf(request),
    ...headers,
    ...(status !== 204 && { "content-length": Buffer.byteLength(body) }),
    // What comes on an open connection is still answered, but nothing after it.
    ...(isClosing && { connection: "close" }),
  });
  response.end(body);
}

function appOf(server: Server, handle: RequestListener, state: State): App {
  const close = createCloser(server);
  return {
    server,
    handle,
    listen: (where) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(where, () => {
          server.off("error", reject);
          resolve();
        });
      }),
    close() {
      state.isClosing = true;
      return close();
    },
  };
}
