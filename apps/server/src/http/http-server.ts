import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Answer, type ErrorAnswer, type Errors, errorAnswer, guardedHeaders, noPath } from "./answers.ts";
import { newRequestId, type RequestLog, requestIdHeader, requestIdOf } from "./request-log.ts";

const options: ServerOptions = {
  // A body has 16 KiB, so whoever needs longer holds a connection for its own sake.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  // Longer than the 60 s for which load balancers keep a connection.
  keepAliveTimeout: 72_000,
  // Answered here, in the shape of the API.
  requireHostHeader: false,
};

/** A certificate and its private key, as the text of PEM files. */
export interface Tls {
  cert: string;
  key: string;
}

/** Looks at every request first, and returns true when it answers it itself. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Hands requests below a path to another listener. */
export function below(path: string, listener: RequestListener): Intercept {
  return (request, response) => {
    if (request.url !== path && !request.url?.startsWith(`${path}/`)) return false;
    listener(request, response);
    return true;
  };
}

/** A server with time limits, whose answers to invalid HTTP have the shape of all others. */
export function createHttpServer(
  errors: Errors,
  log: RequestLog,
  listener: RequestListener,
  { intercepts = [], tls }: { intercepts?: readonly Intercept[]; tls?: Tls | undefined } = {},
): Server {
  const refuse = (request: IncomingMessage, socket: Duplex, parameter: string) => {
    const [id, answer] = [requestIdOf(request), refusalOf(errors, parameter)];
    log.answered({ id, method: request.method, status: answer.status });
    socket.end(rawAnswer(id, answer));
  };
  const answer: RequestListener = (request, response) => {
    const { httpVersion, socket } = request;
    const hosts = hostsIn(request);
    // Of two, a proxy before us may have gone by the other (RFC 9112, section 3.2).
    if (hosts > 1 || (hosts === 0 && httpVersion === "1.1")) refuse(request, socket, "Host");
    else if (!intercepts.some((intercept) => intercept(request, response))) listener(request, response);
  };
  const server = tls ? createSecureServer({ ...options, ...tls }, answer) : createServer(options, answer);
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1).
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (request, socket) => refuse(request, socket, "request"));
  server.on("clientError", (error, socket) => refuseInvalid(error, socket as PendingSocket, errors, log));
  return server;
}

/** How often a request names its host; of what is repeated Node shows the first alone. */
function hostsIn({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.length === 4 && /^host$/i.test(text)).length;
}

type PendingSocket = Socket & { _httpMessage?: ServerResponse | null };

function refuseInvalid({ code }: Error & { code?: string }, socket: PendingSocket, errors: Errors, log: RequestLog) {
  const pending = socket._httpMessage ?? undefined;
  // What is not the answer to the broken request would be taken for the answer to the one before it.
  const isPointless = pending && (pending.headersSent || pending.req.complete);
  if (code === "ECONNRESET" || !socket.writable || isPointless) return socket.destroy();
  const id = pending ? requestIdOf(pending.req) : newRequestId();
  const answer = refusalOf(errors, code === "HPE_HEADER_OVERFLOW" ? "headers" : "request");
  // A request whose body broke off is logged where it is answered.
  if (!pending) log.answered({ id, status: answer.status });
  return socket.end(rawAnswer(id, answer));
}

function refusalOf(errors: Errors, parameter: string): Answer {
  return errorAnswer(errors.get(60200) as ErrorAnswer, { parameter }, noPath);
}

function rawAnswer(id: string, { status, headers, body }: Answer): string {
  const ending = { "content-length": Buffer.byteLength(body), connection: "close" };
  const all = { [requestIdHeader]: id, ...guardedHeaders, ...headers, ...ending };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}
