import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Answer, answer, type Parts, refuse } from "./answer.ts";
import type { Refusal } from "./errors.ts";
import { remembering } from "./memory.ts";

/** The limit of a body that the document states. */
const bodyBytesMax = 16 * 1024;
const lingerMs = 1000;

/**
 * The HTTP front: reads requests, writes answers, and lets browsers of any origin call.
 * @param documentedUrl the base URL in the document's examples, in whose place answers carry the address that the client used.
 */
export function createMockServer(parts: Parts, documentedUrl: string | undefined): Server {
  const server = createServer({ headersTimeout: 20_000, requestTimeout: 20_000, connectionsCheckingInterval: 1_000 });
  const newest = new WeakMap<Duplex, ServerResponse>();
  const handle = createHandler(parts, documentedUrl);
  server.on("request", (request, response) => {
    newest.set(request.socket, response);
    void handle(request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Whoever has said nothing would take a refusal for the answer to what he is about to send.
    const isSilent = (socket as Socket).bytesRead === 0;
    if (error.code === "ECONNRESET" || isSilent || !socket.writable) return socket.destroy();
    const refusal = rawRefusal(parts, brokenBy(error));
    // An answer to an earlier request on the connection goes first. One whose own body is broken never comes.
    const earlier = newest.get(socket);
    const isUnderWay = earlier?.req.complete && !earlier.writableFinished;
    if (isUnderWay) earlier.once("finish", () => dismiss(socket, refusal));
    else dismiss(socket, refusal);
  });
  server.on("connect", (_, socket) => dismiss(socket, rawRefusal(parts, "wrongMethod")));
  return server;
}

/** The last words on a connection. It stays open a moment, because closing it at once could take them from the client. */
function dismiss(socket: Duplex, text: string): void {
  socket.on("error", () => undefined).end(text);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function createHandler(parts: Parts, documentedUrl: string | undefined) {
  const respond = remembering((incoming) => answer(parts, incoming), parts.headerNames);
  const base = documentedUrl ? wholeUrl(documentedUrl) : undefined;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request).catch(() => "aborted" as const);
    if (body === "aborted") return;
    const [path, search] = addressOf(request.url ?? "/");
    try {
      const given =
        request.method === "OPTIONS"
          ? preflight(parts, path, request)
          : body === "tooLarge"
            ? refuse(parts, { path }, "tooLarge")
            : await respond({ method: request.method ?? "GET", path, search, headers: request.headers, body });
      write(
        parts,
        response,
        given.body && base ? { ...given, body: given.body.replace(base, publicUrlOf(request)) } : given,
      );
    } catch (error) {
      console.error(error);
      if (!response.headersSent) write(parts, response, refuse(parts, { path }, "failed"));
    }
  };
}

/** Matches the URL where no longer host or port begins with it. */
function wholeUrl(url: string): RegExp {
  return new RegExp(`${url.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[/?"<]|$)`, "g");
}

/** A body over the limit is read to its end and dropped, so that the client is there to read the refusal. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | "tooLarge"> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= bodyBytesMax ? Buffer.concat(chunks) : "tooLarge";
}

/** Path and query of a request's target, which a proxy's client sends with scheme and host. */
function addressOf(target: string): [path: string, search: string] {
  const [address = ""] = target.replace(/^https?:\/\/[^/?#]*/i, "").split("#", 1);
  const end = address.indexOf("?");
  return end === -1 ? [address || "/", ""] : [address.slice(0, end) || "/", address.slice(end + 1)];
}

/** The address at which this client reaches the mock, through a forwarded port too. */
function publicUrlOf(request: IncomingMessage): string {
  const { host = "" } = request.headers;
  const { localAddress, localPort } = request.socket;
  const isHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host) && URL.canParse(`http://${host}`);
  return `http://${isHost ? host : `${localAddress}:${localPort}`}`;
}

function preflight(parts: Parts, path: string, { headers }: IncomingMessage): Answer {
  const { router } = parts;
  const match = router.find("OPTIONS", path);
  // `*` is the server as a whole.
  if (!match && path !== "*") return refuse(parts, { path }, "unknownPath");
  const allow = match && "allow" in match ? match.allow.join(", ") : "GET, HEAD, POST, DELETE, OPTIONS";
  return {
    status: 204,
    headers: {
      allow,
      "access-control-allow-methods": allow,
      "access-control-allow-headers":
        headers["access-control-request-headers"] ?? "authorization, content-type, prefer, x-authy-api-key",
      "access-control-max-age": "600",
    },
  };
}

/** What every answer has, as those of the service do. */
function usualHeaders({ exposed }: Parts) {
  return {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": exposed,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
}

function write(parts: Parts, response: ServerResponse, { status, headers, body }: Answer): void {
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length, ...usualHeaders(parts) }).end(body);
}

/** An answer for a connection on which no request could be read, with what every answer has. */
function rawRefusal(parts: Parts, refusal: Refusal): string {
  const { status, headers, body = "" } = refuse(parts, { path: "/" }, refusal, { parameter: "request" });
  const all = { ...headers, ...usualHeaders(parts), "content-length": Buffer.byteLength(body), connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`;
}

function brokenBy({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): Refusal {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "late";
  if (code !== "HPE_HEADER_OVERFLOW") return "unreadable";
  // Of a head in many packets there is the last alone, which has a space where it is of headers.
  const [line = "", ...more] = String(rawPacket).split("\r\n", 2);
  const isOfAddress = /^[A-Z]+ /.test(line) ? line.length > 8 * 1024 || !more.length : !more.length && !/ /.test(line);
  return isOfAddress ? "addressTooLong" : "headersTooLarge";
}
