import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from "node:http";
import { type AgentOptions, Agent as HttpsAgent, request as overHttps } from "node:https";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { EndableFetch, Fetch } from "./retry.ts";

/**
 * A `fetch` for this client that sends by `node:http` and `node:https`, on connections that it keeps: in Node a call takes
 * less time and less of the processor than by the runtime's own. It resolves once the whole answer is there, follows no
 * redirect, takes text alone as a body, and refuses the headers that are the connection's own. Idle connections keep no
 * program alive.
 *
 * ```ts
 * createClient({ accountSid, authToken, fetch: createNodeFetch() });
 * ```
 *
 * @param options of the agents, as `maxSockets`, or `ca` for a certificate of one's own.
 */
export function createNodeFetch(options: AgentOptions = {}): Fetch {
  // Idle for less time than servers grant, five seconds as a rule: what is sent on a connection that the server is
  // closing is lost, and nobody knows whether it came through.
  const kept = { keepAlive: true, timeout: 4_000, ...options };
  const plain = new HttpAgent(kept);
  const secure = new HttpsAgent(kept);

  const fetch: EndableFetch = (address, { method = "GET", headers, body, signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) throw signal.reason;
      const url = new URL(address);
      const isSecure = url.protocol === "https:";
      const text = textOf(body, method);
      if (url.username || url.password) throw new TypeError("The address must have no user and no password.");
      const fields = fieldsOf(headers);
      if (text !== undefined) fields["content-length"] = String(Buffer.byteLength(text));
      const send = isSecure ? overHttps : overHttp;
      const request = send({
        agent: isSecure ? secure : plain,
        protocol: url.protocol,
        // In brackets an address of IPv6 is none to the resolver.
        hostname: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port,
        path: url.pathname + url.search,
        method,
        headers: fields,
      });
      let message: IncomingMessage | undefined;
      // As the runtime's own `fetch` says that a connection failed.
      const fail = (cause: Error) => {
        reject(signal?.aborted ? signal.reason : new TypeError("fetch failed", { cause }));
      };
      const settle = (chunks: Buffer[]) => {
        try {
          const answer = message as IncomingMessage;
          resolve(new NodeResponse(url.href, answer, unpacked(answer, Buffer.concat(chunks))) as unknown as Response);
        } catch (error) {
          fail(error as Error);
        }
      };
      request.on("response", (received) => {
        message = received;
        const chunks: Buffer[] = [];
        message.on("data", (chunk: Buffer) => chunks.push(chunk));
        // Two turns later it has been heard whether a server that does not say so keeps the connection for the next call.
        const isKept = /keep-alive/i.test(message.headers.connection ?? "");
        message.on("end", () => (isKept ? settle(chunks) : setImmediate(() => setImmediate(settle, chunks))));
        message.on("error", fail);
      });
      // A listener of our own: what Node.js does by its option `signal` costs a tenth of the call.
      const stop = () => {
        // At once: a request that waits for a connection hears that it is over when it has got one.
        reject(signal?.reason);
        request.destroy();
      };
      signal?.addEventListener("abort", stop);
      // What is wrong behind a whole answer is not the answer's fault.
      request.on("error", (error) => message?.complete || fail(error));
      request.on("upgrade", (_, socket) => socket.destroy());
      request.on("close", () => {
        signal?.removeEventListener("abort", stop);
        message ?? fail(new Error("the server switched protocols"));
      });
      request.end(text);
    });
  fetch.takesEnding = fetch;
  return fetch;
}

/** @throws TypeError for what the runtime's own `fetch` would not send either. */
function textOf(body: RequestInit["body"], method: string): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== "string") throw new TypeError("The body must be text.");
  if (/^(GET|HEAD)$/i.test(method)) throw new TypeError(`${method} has no body.`);
  return body;
}

const ownFields = new Set(["connection", "content-length", "expect", "keep-alive", "transfer-encoding", "upgrade"]);

/** @throws TypeError for a header that is the connection's own. */
function fieldsOf(headers: RequestInit["headers"]): Record<string, string> {
  const given = [...(headers instanceof Headers ? headers : new Headers(headers))];
  for (const [name] of given) if (ownFields.has(name)) throw new TypeError(`The header ${name} is not the caller's.`);
  return { "user-agent": "node", "accept-encoding": "identity", ...Object.fromEntries(given) };
}

const unpackers: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** What a server, or a proxy before it, compressed although it was asked not to. */
function unpacked({ headers }: IncomingMessage, bytes: Buffer): Buffer {
  const unpack = unpackers[headers["content-encoding"]?.toLowerCase() ?? ""];
  return unpack && bytes.length > 0 ? unpack(bytes) : bytes;
}

const decoder = new TextDecoder();

/**
 * An answer that has come whole, and can be read again. To make a `Response` takes longer than all else that is done about
 * one, so it is made for those alone who ask for what is not here.
 */
class NodeResponse {
  readonly url: string;
  readonly status: number;
  readonly ok: boolean;
  #message: IncomingMessage;
  #bytes: Buffer;
  #headers: Headers | undefined;
  #response: Response | undefined;

  static {
    // `instanceof` holds, and a part of `Response` that is not written here is found in the real one.
    const parts = Object.entries(Object.getOwnPropertyDescriptors(Response.prototype));
    for (const [name, { value }] of parts) {
      if (Object.hasOwn(NodeResponse.prototype, name)) continue;
      const read = (response: NodeResponse) => Reflect.get(response.#whole(), name, response.#whole());
      Object.defineProperty(
        NodeResponse.prototype,
        name,
        typeof value === "function"
          ? {
              value(this: NodeResponse, ...given: unknown[]) {
                return read(this).apply(this.#whole(), given);
              },
            }
          : {
              get(this: NodeResponse) {
                return read(this);
              },
            },
      );
    }
    Object.setPrototypeOf(NodeResponse.prototype, Response.prototype);
  }

  constructor(url: string, message: IncomingMessage, bytes: Buffer) {
    this.url = url;
    this.status = message.statusCode as number;
    this.ok = this.status >= 200 && this.status < 300;
    this.#message = message;
    this.#bytes = bytes;
  }

  get statusText(): string {
    return this.#message.statusMessage ?? "";
  }

  get headers(): Headers {
    if (!this.#headers) {
      this.#headers = new Headers();
      const { rawHeaders } = this.#message;
      for (let at = 0; at < rawHeaders.length; at += 2) {
        this.#headers.append(rawHeaders[at] as string, rawHeaders[at + 1] as string);
      }
    }
    return this.#headers;
  }

  async text(): Promise<string> {
    return decoder.decode(this.#bytes);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  clone(): NodeResponse {
    return new NodeResponse(this.url, this.#message, this.#bytes);
  }

  #whole(): Response {
    const hasBody = ![204, 205, 304].includes(this.status);
    this.#response ??= new Response(hasBody ? new Uint8Array(this.#bytes) : null, { headers: this.headers });
    return this.#response;
  }
}
