import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { type ConsoleRequest, findError } from "@countersign/types";
import type { Answer } from "../http/answers.ts";
import { requestIdOf } from "../http/request-log.ts";
import { pathOf, targetOf } from "../http/request-url.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import type { Recipient } from "../kernel/recipient.ts";
import { accepted } from "../kernel/refusal.ts";
import { parseV1Xml } from "../v1/http/xml.ts";
import { createMask } from "./mask.ts";

export type RequestHandlers = Pick<Handlers, "listRequests">;

export type RequestTape = ReturnType<typeof createRequestTape>;

/** What the console itself asks for, again and again; what somebody has its page do is a request like others. */
function isOfConsole(request: IncomingMessage): boolean {
  const { method, headers } = request;
  const isReadByPage = method === "GET" && headers["sec-fetch-site"] === "same-origin" && !headers.authorization;
  return isReadByPage || /^\/(console|sandbox\/messages\/next)(\/|$)/.test(pathOf(request));
}

const requestsMax = 1_000;
/** So much is read of a body to be masked, and that is kept of it then. */
const bytesRead = 64 * 1024;
const [pathMax, bodyMax, answerMax] = [2_048, 4_096, 8_192];

/** A request with its arrival: a weak map of all that are under way costs the garbage collector more than the rest. */
type Noted = IncomingMessage & { arrival?: Arrival };

interface Arrival {
  at: number;
  chunks: Buffer[];
  bytes: number;
}

/** A request as it came, until somebody looks at it: then its codes and secrets are gone. */
interface Kept {
  sid: string;
  at: number;
  method: string;
  target: string;
  template: string;
  status: number;
  ms: number;
  contentType: string | null;
  /** Its body, a character for each byte: a buffer takes more to keep than most bodies. */
  bytes: string;
  answer: string;
  /** What tells the error; empty for a success. */
  refusal: string;
  shown: ConsoleRequest | undefined;
}

/** Keeps the latest requests with their answers, in memory, in the order in which they were answered. */
export function createRequestTape(document: OpenApiDocument, clock: Clock) {
  const operations = new Map(
    operationsOf(document).map(({ method, path, operation }) => [`${method} ${path}`, operation.operationId]),
  );
  const mask = createMask(document);
  let all: Kept[] = [];

  function keep(request: Noted, { status, body }: Answer, template = "", ms: number): void {
    const { method = "", headers } = request;
    const chunks = request.arrival?.chunks ?? [];
    const kept: Kept = {
      sid: requestIdOf(request),
      at: clock(),
      method,
      target: targetOf(request),
      template,
      status,
      ms,
      contentType: headers["content-type"] ?? null,
      bytes: (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString("latin1"),
      answer: method === "HEAD" ? "" : body,
      refusal: status < 400 ? "" : body,
      shown: undefined,
    };
    all.push(kept);
    // Of what is long the most part goes.
    if (kept.target.length > pathMax || kept.bytes.length > bodyMax || body.length > answerMax) show(kept);
    // Dropping a tenth at a time keeps the price of a full tape off the single request.
    if (all.length > requestsMax * 1.1) all = all.slice(-requestsMax);
  }

  /** What people see of it. Most of a tape nobody looks at, and to mask a request would cost more than to answer it. */
  function show(kept: Kept): ConsoleRequest {
    if (kept.shown) return kept.shown;
    const { method, template, ms, answer, bytes } = kept;
    kept.shown = {
      sid: kept.sid,
      date: isoTime(kept.at),
      method,
      path: cut(mask(kept.target, false), pathMax),
      operation_id: operations.get(`${method === "HEAD" ? "GET" : method} ${template}`) ?? null,
      status: kept.status,
      error: kept.refusal === "" ? null : errorIn(kept.refusal),
      milliseconds: Math.round(ms * 1000) / 1000,
      content_type: kept.contentType,
      body: cut(mask(Buffer.from(bytes, "latin1").toString(), false), bodyMax) || null,
      answer: cut(mask(answer.slice(0, bytesRead), true), answerMax) || null,
    };
    Object.assign(kept, { target: "", bytes: "", answer: "", refusal: "" });
    return kept.shown;
  }

  /** Whatever becomes of the request, the beginning of its body is seen as it comes from the connection. */
  function arrive(request: Noted): void {
    request.arrival = { at: performance.now(), chunks: [], bytes: 0 };
    request.push = seen;
  }

  function seen(this: Noted, chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const { arrival } = this;
    if (chunk && arrival) {
      if (arrival.bytes < bytesRead) arrival.chunks.push(chunk);
      arrival.bytes += chunk.length;
    }
    return Readable.prototype.push.call(this, chunk, encoding);
  }

  return {
    /** Looks at a request before anybody reads it, and answers none. */
    arrived(request: IncomingMessage): false {
      if (!isOfConsole(request)) arrive(request);
      return false;
    },
    /** @param template the path of its operation, if there is one */
    answered(request: Noted, answer: Answer, template: string | undefined): void {
      const { arrival } = request;
      if (!request.method || (!arrival && isOfConsole(request))) return;
      const now = performance.now();
      const ms = now - (arrival?.at ?? now);
      // A body that came along with what was refused at once is read by then.
      queueMicrotask(() => keep(request, answer, template, ms));
    },
    /** Drops those that tell of a recipient or an identity, however it is written there. */
    forget(who: Recipient | string): void {
      const names = typeof who === "string" ? identityNamer(who) : namer(who);
      all = all.filter((kept) => {
        const { path, body, answer } = show(kept);
        return !names(`${path} ${body} ${answer}`);
      });
    },
    /** Newest first. */
    list: () => all.slice(-requestsMax).reverse().map(show),
  };
}

/** The operation of the sandbox that tells of its requests. */
export function requestHandlers({ tape }: { tape: Pick<RequestTape, "list"> }): RequestHandlers {
  return {
    async listRequests({ query: { after, method, status } }) {
      const all = tape.list();
      const index = all.findIndex(({ sid }) => sid === after);
      const requests = (index < 0 ? all : all.slice(0, index)).filter(
        (request) => (method ?? request.method) === request.method && (status ?? request.status) === request.status,
      );
      return accepted({ requests });
    },
  };
}

/** Tells whether a text names a recipient: a number also without its calling code, and with anything but digits in between. */
function namer(recipient: Recipient): (text: string) => boolean {
  if (recipient.kind === "phone") {
    const national = recipient.value.slice(1 + recipient.callingCode.length);
    const written = new RegExp([...national].join("(?:[\\s().+-]|%[0-9a-f]{2})*"), "i");
    return (text) => written.test(text);
  }
  const ways = [
    recipient.value,
    encodeURIComponent(recipient.value),
    String(new URLSearchParams({ "": recipient.value })),
  ];
  return (text) => ways.some((way) => text.toLowerCase().includes(way.replace(/^=/, "").toLowerCase()));
}

/** A character may be percent-encoded that need not be. */
function identityNamer(identity: string): (text: string) => boolean {
  const ways = [...identity].map((letter) => `(?:${letter}|%${letter.charCodeAt(0).toString(16)})`);
  const written = new RegExp(ways.join(""));
  return (text) => written.test(text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** The error that a refusal tells, in whichever API and notation; auth servers are told in words alone. */
function errorIn(body: string): ConsoleRequest["error"] {
  const { code, error_code, message } = body.startsWith("<")
    ? Object.fromEntries(parseV1Xml(body) ?? [])
    : JSON.parse(body.startsWith("{") ? body : "{}");
  const api = error_code === undefined ? "v2" : "v1";
  const entry = findError(api, Number(code ?? error_code));
  return entry ? { code: entry.code, message, cause: entry.cause, remedy: entry.remedy, api } : null;
}
