import type { IncomingMessage, ServerResponse } from "node:http";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Logger } from "pino";
import type { Handlers } from "../operations/handler.ts";
import { answerTo, type Surroundings } from "./answer.ts";
import { type OpenApiDocument, operationsOf } from "./document.ts";
import { type Answer, sharedErrors } from "./errors.ts";
import { createHttpServer } from "./http-server.ts";
import { createRequestLog, type RequestLog, requestIdHeader, requestIdOf } from "./request-log.ts";
import { createUrlReader } from "./request-url.ts";
import { createRouteRefuser, routerPath } from "./routes.ts";
import { type AnyHandler, compileOperation, type ServedOperation } from "./served-operation.ts";
import { createCompiler } from "./validator.ts";

export interface AppOptions {
  /** The bundled OpenAPI document, which everything is derived from. */
  document: object;
  /** An operation without a handler is not served: its address answers 404. */
  handlers: Partial<Handlers>;
  /** Tells whose a sid and its secret are; nothing for a wrong sid and a wrong secret alike. */
  authenticate: (sid: string, secret: string) => Promise<string | undefined>;
  /** Where callers reach the service; without it, what the request says of its host and proxy. */
  publicUrl?: string;
  logger?: Pick<Logger, "info" | "error">;
  /** Whether the operations of the tag Sandbox are served. */
  sandbox: boolean;
  /** Looks at every request first, and returns true when it answers it itself. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A path parameter is as long as the document lets it be; this is the length of all that Node reads before the body. */
const paramLengthMax = 16 * 1024;

/** Serves the operations of the document over HTTP. */
export function createApp(options: AppOptions): FastifyInstance {
  const document = options.document as OpenApiDocument;
  const log = createRequestLog(options.logger);
  const errors = sharedErrors(document);
  const operations = servedOperations(document, options);
  const refuseRoute = createRouteRefuser(operations, errors);
  const answerNoRoute = (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = refuseRoute(request.raw);
    log.answered({ id: request.id, method: request.method, status: refusal.status });
    return send(request, reply, refusal);
  };
  const { authenticate, publicUrl } = options;
  const surroundings = { authenticate, urlOf: createUrlReader(publicUrl), errors, log };
  const app = fastify({
    ...createHttpServer(errors, log, options.intercept),
    genReqId: requestIdOf,
    // What is under way when the server closes is finished, and so is what comes on the connections that are open.
    return503OnClosing: false,
    frameworkErrors: (_error, request, reply) => answerNoRoute(request, reply),
    // The query is read only once it is known whose it is.
    routerOptions: { maxParamLength: paramLengthMax, querystringParser: () => ({}) },
  });
  // Bodies are read by `answer`, and not before the caller is known.
  for (const method of app.supportedMethods) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  for (const operation of operations) addRoute(app, operation, surroundings, log);
  app.setNotFoundHandler(answerNoRoute);
  return app;
}

function servedOperations(document: OpenApiDocument, { handlers, sandbox }: AppOptions): ServedOperation[] {
  const compile = createCompiler(document);
  return operationsOf(document).flatMap((placed) => {
    const { operationId, tags } = placed.operation;
    const handler = handlers[operationId as keyof Handlers] as AnyHandler | undefined;
    if (!handler || (!sandbox && tags?.includes("Sandbox"))) return [];
    return compileOperation(document, compile, placed, handler);
  });
}

function addRoute(app: FastifyInstance, operation: ServedOperation, surroundings: Surroundings, log: RequestLog): void {
  app.route({
    method: operation.method,
    url: routerPath(operation.path),
    async handler(request, reply) {
      const startedAt = performance.now();
      const { id, method, raw, params } = request;
      const answer = await answerTo({ id, raw, path: params as Record<string, string> }, operation, surroundings);
      log.answered({ id, method, operation, status: answer?.status, ms: performance.now() - startedAt });
      return answer ? send(request, reply, answer) : reply.hijack();
    },
  });
}

function send(request: FastifyRequest, reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).header(requestIdHeader, request.id).headers(headers).send(body);
}
