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
import { type Answer, type ErrorAnswer, type Errors, errorAnswer, noPath } from "./answers.ts";
import type { Connection } from "./connections.ts";
import { hostName } from "./hosts.ts";
import { hasHungUp } from "./pipeline.ts";
import { type RequestLog, requestIdOf } from "./request-log.ts";
import { pathOf } from "./request-url.ts";

/** How long a request may take to arrive, and how long somebody may say nothing on a new connection. */
const arrivalMs = 20_000;

const options: ServerOptions = {
  // A body has 16 KiB, so whoever needs longer holds a connection for its own sake.
  headersTimeout: arrivalMs,
  requestTimeout: arrivalMs,
  connectionsCheckingInterval: 1_000,
  // Longer than the 60 s for which load balancers keep a connection.
  keepAliveTimeout: 72_000,
  // Answered here, in the shape of the API.
  requireHostHeader: false,
};

/** How long an answer may lie unread; longer than a request may take, which ends with an answer. */
const unreadMs = 25_000;
/** How long a connection stays open after its last words: closed at once, it could take them from the caller. */
const lastWordsMs = 1_000;

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
    if (!`${pathOf(request)}/`.startsWith(`${path}/`)) return false;
    listener(request, response);
    return true;
  };
}

/**
 * The headers that an answer has: a name, its value, the next name, as Node writes them without making an object of them.
 * @param request may be one that could not be read, and has no headers
 */
export type Dress = (request: IncomingMessage, answer: Answer, path: string | undefined) => string[];

interface Parts {
  errors: Errors;
  log: RequestLog;
  dress: Dress;
}

export interface ServingOptions {
  /** Look at every request first, one after the other, until one answers it itself. */
  intercepts?: readonly Intercept[] | undefined;
  /** With which it speaks HTTPS, and HTTP without. */
  tls?: Tls | undefined;
  /** Whether requests may name a host so, in lower case and without a port; by default they may name any. */
  isHost?: ((name: string) => boolean) | undefined;
}

/** A server with time limits, whose answers to invalid HTTP have the shape of all others. */
export function createHttpServer(
  parts: Parts,
  listener: RequestListener,
  { intercepts = [], tls, isHost }: ServingOptions = {},
): Server {
  const { errors, log, dress } = parts;
  const refuseHost = (request: IncomingMessage, response: ServerResponse) => {
    const answer = errorAnswer(errors.get(60200) as ErrorAnswer, { parameter: "Host" }, noPath);
    log.answered({ id: requestIdOf(request), method: request.method, status: answer.status });
    response.shouldKeepAlive = false;
    response.writeHead(answer.status, dress(request, answer, pathOf(request))).end(answer.body);
  };
  const answer: RequestListener = (request, response) => {
    const { httpVersion } = request;
    // What comes after last words has no answer any more.
    if (hasHungUp(request)) return;
    const hosts = hostsIn(request);
    // Of two, a proxy before us may have gone by the other (RFC 9112, section 3.2).
    if (hosts > 1 || (hosts === 0 && httpVersion === "1.1")) refuseHost(request, response);
    // A page of somebody else's may have had its own name lead here.
    else if (isHost && !isHost(hostName(request.headers.host))) refuseHost(request, response);
    else if (!intercepts.some((intercept) => intercept(request, response))) listener(request, response);
  };
  const server = tls
    ? createSecureServer({ ...options, ...tls, handshakeTimeout: arrivalMs }, answer)
    : createServer(options, answer);
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1).
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (request, socket) => dismiss(parts, socket as Connection, 60200, request));
  server.on("clientError", (error, socket) => refuseInvalid(parts, error, socket as Connection));
  server.setTimeout(unreadMs, (socket: Connection) => {
    // Whoever waits for an answer that takes its time has read all there is.
    if (!socket._httpMessage || socket.writableLength > 0) socket.destroy();
  });
  return server;
}

/** How often a request names its host; of what is repeated Node shows the first alone. */
function hostsIn({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) if (/^host$/i.test(rawHeaders[index] ?? "")) count += 1;
  return count;
}

function refuseInvalid(parts: Parts, error: Error & { code?: string; rawPacket?: Buffer }, socket: Connection): void {
  // What follows what was refused already.
  if (dismissed.has(socket)) return;
  const { code = "", rawPacket } = error;
  const pending = socket._httpMessage ?? undefined;
  // What is not the answer to the broken request would be taken for the answer to the one before it.
  const isPointless = pending && (pending.headersSent || pending.req.complete);
  // Whoever opened a connection ahead would take it for the answer to what he is about to send.
  const isSilent = socket.bytesRead === 0;
  if (!/^(HPE|ERR_HTTP)_/.test(code) || isSilent || isPointless || !socket.writable) socket.destroy();
  else dismiss(parts, socket, errorOf(code, rawPacket), pending?.req);
}

function errorOf(code: string, packet: Buffer | undefined): number {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 20408;
  if (code !== "HPE_HEADER_OVERFLOW") return 60200;
  return isOfAddress(packet) ? 20414 : 20431;
}

/** Whether it is the address that is too long. Of a head that came in many packets there is the last alone. */
function isOfAddress(packet: Buffer = Buffer.alloc(0)): boolean {
  const [line = "", ...more] = packet.toString("latin1").split("\r\n", 2);
  const isWhole = /^[A-Z]+ /.test(line);
  return isWhole ? line.length > 8 * 1024 || more.length === 0 : more.length === 0 && !line.includes(" ");
}

const dismissed = new WeakSet<Socket>();

/** Says the last words on a connection, and destroys it: who does not read them does not keep it. */
function dismiss({ errors, log, dress }: Parts, socket: Connection, code: number, pending?: IncomingMessage): void {
  dismissed.add(socket);
  const request = pending ?? ({ headers: {} } as IncomingMessage);
  const answer = errorAnswer(errors.get(code) as ErrorAnswer, { parameter: "request" }, noPath);
  const { status, body } = answer;
  // A request whose body broke off is logged where it is answered.
  if (!socket._httpMessage) log.answered({ id: requestIdOf(request), method: request.method, status });
  const headers = [...dress(request, answer, pending && pathOf(pending)), "connection", "close"];
  const lines = headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
}
