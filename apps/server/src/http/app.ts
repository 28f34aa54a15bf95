import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { ListenOptions } from "node:net";
import type { OpenApiDocument } from "@countersign/document";
import { createCompiler } from "@countersign/document/validator";
import findMyWay, { type HTTPMethod } from "find-my-way";
import type { Logger } from "pino";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { type Answer, guardedHeaders, sharedErrors } from "./answers.ts";
import { type Closing, createCloser } from "./closer.ts";
import { boundConnections, connectionsMax } from "./connections.ts";
import { type Cors, type CorsPolicy, createCors } from "./cors.ts";
import { createHttpServer, type Dress, type ServingOptions } from "./http-server.ts";
import { createTwin, listenAt } from "./listen.ts";
import { answerTo, type Dialect, type OnRefused, type Route } from "./pipeline.ts";
import { createRequestLog, type RequestLog, requestIdHeader, requestIdOf } from "./request-log.ts";
import { createAddressReader } from "./request-url.ts";
import { createRouteRefuser, methodsOf, type Shared } from "./routes.ts";
import { createV2Dialect, type V2Options } from "./v2.ts";

export interface AppOptions extends V2Options, ServingOptions {
  /** The bundled OpenAPI document, which everything is derived from. */
  document: object;
  /** Makes the dialects that are spoken beside v2. */
  dialects?: readonly ((shared: Shared) => Dialect)[];
  /** Where callers reach the service; without it, what the request says of its host and proxy. */
  publicUrl?: string | undefined;
  logger?: Pick<Logger, "info" | "error"> | undefined;
  /** Are told of each request that was answered, and of each refusal, whatever it comes from. */
  counts?: Pick<RequestLog, "answered" | "refused"> | undefined;
  /** By the ids of operations: is told of each request that is refused once it is known whose it is. */
  onRefused?: Readonly<Partial<Record<string, OnRefused>>> | undefined;
  /** Stands around what answers requests. */
  observeRoute?: ObserveRoute | undefined;
  /** Whether a request may ask for an error by `Prefer`. */
  answersPreferredErrors?: boolean | undefined;
  /** Whose pages may read answers in a browser; nobody's without it. */
  cors?: CorsPolicy | undefined;
  /** Is told of each answer as it leaves, of those to what is no request, too. */
  onAnswer?: OnAnswer | undefined;
  closing?: Closing | undefined;
  /** What a refusal asks for of who has not proven who it is, in place of what the document says. */
  challenge?: string | undefined;
  /** How many connections it may have; by default as many as there are files for. */
  connectionsMax?: number | undefined;
  /** How many requests may wait for what they ask for at a time; more are told to come again. */
  waitingMax?: number | undefined;
}

export interface App {
  server: Server;
  /** Answers a request, wherever it comes from. */
  handle: RequestListener;
  /** @param alsoAt another address of this machine to listen on at the same port, where there is that address */
  listen(options: ListenOptions, alsoAt?: string): Promise<void>;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** @param path that of the operation, if there is one. A request that could not be read has no method. */
export type OnAnswer = (request: IncomingMessage, answer: Answer, path: string | undefined) => void;

/** Answers a request, and tells with what; with nothing when the caller hung up. */
export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
  parameters: Record<string, string | undefined>,
) => Promise<Answer | undefined>;

/** @param route is undefined for addresses that there are none of. */
export type ObserveRoute = (route: Pick<Route, "path"> | undefined, respond: Respond) => Respond;

/** A path parameter is as long as the document lets it be; this is the length of all that Node reads before the body. */
const maxParamLength = 16 * 1024;

/** What apps of this process have in common. @param given the bundled OpenAPI document */
export function sharedOf(given: object): Shared {
  const document = given as OpenApiDocument;
  const known = kept.get(document) ?? {
    document,
    compile: createCompiler(document),
    errors: sharedErrors(document),
  };
  kept.set(document, known);
  return known;
}

const kept = new WeakMap<OpenApiDocument, Shared>();

/** Serves the operations of the document over HTTP. */
export function createApp(options: AppOptions): App {
  const log = createRequestLog(options.logger, options.counts);
  const shared = sharedOf(options.document);
  const { document } = shared;
  const others = options.dialects?.map((create) => create(shared)) ?? [];
  const cors = options.cors && createCors(document, options.cors);
  const dress = createDress(cors, options);
  const handle = createListener([createV2Dialect(shared, options), ...others], log, options, { cors, dress });
  const server = createHttpServer({ errors: shared.errors, log, dress }, handle, options);
  const open = boundConnections(server, options.connectionsMax ?? connectionsMax());
  const twin = createTwin(server);
  return {
    server,
    handle,
    listen: (where, alsoAt) => listenAt(server, where, alsoAt === undefined ? undefined : { twin, host: alsoAt }),
    close: createCloser({ server, twin, open }, options.closing ?? {}),
  };
}

function createListener(
  dialects: Dialect[],
  log: RequestLog,
  options: AppOptions,
  { cors, dress }: { cors: Cors | undefined; dress: Dress },
): RequestListener {
  const { publicUrl, observeRoute = unobserved, answersPreferredErrors = false, onRefused = {} } = options;
  const send: Send = (request, response, answer, path) => {
    response.writeHead(answer.status, dress(request, answer, path)).end(answer.body);
  };
  const refuseRoute = createRouteRefuser(dialects);
  const addressOf = createAddressReader(publicUrl);
  const refuse = observeRoute(undefined, async (request, response) => {
    const { answer: refusal, known } = refuseRoute(request, addressOf(request));
    const answer = (known && cors?.preflight(request, known)) ?? refusal;
    log.answered({ id: requestIdOf(request), method: request.method, status: answer.status });
    send(request, response, answer, known?.path);
    return answer;
  });
  const router = findMyWay({
    maxParamLength,
    defaultRoute: (request, response) => void refuse(request, response, {}),
    onBadUrl: (_path, request, response) => void refuse(request, response, {}),
    // The query is read only once it is known whose it is.
    querystringParser: () => ({}),
  });
  const shed = createShedder(options.waitingMax ?? waitingMaxDefault);
  const add = (served: Route, dialect: Dialect) => {
    const operation = { ...served, handler: shed(served.handler), onRefused: onRefused[served.operationId] };
    const respond = observeRoute(operation, async (raw, response, parameters) => {
      const startedAt = performance.now();
      const id = requestIdOf(raw);
      const path = parameters as Record<string, string>;
      const preferred = answersPreferredErrors ? preferredError(raw) : undefined;
      const answer = await answerTo({ id, raw, path, address: addressOf(raw), preferred }, operation, dialect, log);
      log.answered({ id, method: raw.method, operation, status: answer?.status, ms: performance.now() - startedAt });
      if (answer) send(raw, response, answer, operation.path);
      return answer;
    });
    router.on(methodsOf(operation) as HTTPMethod[], routerPath(operation.path), respond);
  };
  for (const dialect of dialects) for (const operation of dialect.operations) add(operation, dialect);
  return (request, response) => router.lookup(request, response);
}

const unobserved: ObserveRoute = (_route, respond) => respond;

/** About as many as a server answers in a second: whoever waits longer gives up, and asks again. */
const waitingMaxDefault = 2_048;

/** Makes what bounds the work that waits, of all operations together. */
function createShedder(waitingMax: number): (handler: Route["handler"]) => Route["handler"] {
  let waiting = 0;
  const done = () => {
    waiting -= 1;
  };
  return (handler) => (request) => {
    if (waiting >= waitingMax) throw new StoreUnavailableError("Too many requests wait.");
    const outcome = handler(request);
    waiting += 1;
    outcome.then(done, done);
    return outcome;
  };
}

/** A path of the document in the router's syntax. */
function routerPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

const example = /(?:^|[,;])\s*example\s*=\s*"?error(\d{5})"?\s*(?:$|[,;])/i;

/**
 * The code of the error that a request asks for by `Prefer: example=error20503`, as the mock has it (RFC 7240).
 * Undefined for every other preference.
 */
function preferredError({ headers }: IncomingMessage): string | undefined {
  return headers.prefer === undefined ? undefined : example.exec(String(headers.prefer))?.[1];
}

type Send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  /** That of the operation, if there is one. */
  path: string | undefined,
) => void;

function addTo(dressed: string[], headers: Answer["headers"]): void {
  for (const name in headers) dressed.push(name, headers[name] ?? "");
}

function createDress(cors: Cors | undefined, { onAnswer, challenge }: AppOptions): Dress {
  const guarded = Object.entries(guardedHeaders).flat();
  return (request, answer, path) => {
    onAnswer?.(request, answer, path);
    const { status, headers, body } = answer;
    const dressed = [requestIdHeader, requestIdOf(request), ...guarded];
    if (cors) addTo(dressed, cors.headers(request, path));
    addTo(dressed, challenge && headers["www-authenticate"] ? { ...headers, "www-authenticate": challenge } : headers);
    if (status !== 204) dressed.push("content-length", String(Buffer.byteLength(body)));
    return dressed;
  };
}
