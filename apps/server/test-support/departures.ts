/** Watches what this process answers. It is loaded once, while the files of a process's tests come one after another. */
import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { requestIdHeader } from "../src/http/request-log.ts";
import { pathOf } from "../src/http/request-url.ts";
import { departuresOf } from "./documented.ts";

let departures: string[] = [];

/** The departures since the last look, which are forgiven by it. */
export function takeDepartures(): string[] {
  const taken = departures;
  departures = [];
  return taken;
}

const heads = new WeakMap<ServerResponse, OutgoingHttpHeaders>();
const chunks = new WeakMap<ServerResponse, Buffer[]>();
const { writeHead, write, end } = ServerResponse.prototype;

Object.assign(ServerResponse.prototype, {
  writeHead(this: ServerResponse, ...args: Parameters<typeof writeHead>) {
    const given = args.find((arg) => typeof arg === "object") as OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined;
    heads.set(this, { ...this.getHeaders(), ...(Array.isArray(given) ? byName(given) : given) });
    return writeHead.apply(this, args);
  },
  write(this: ServerResponse, ...args: Parameters<typeof write>) {
    take(this, args[0]);
    return write.apply(this, args);
  },
  end(this: ServerResponse, ...args: Parameters<typeof end>) {
    take(this, args[0]);
    check(this);
    return end.apply(this, args);
  },
});

/** Of names and values in turn. */
function byName(given: OutgoingHttpHeader[]): OutgoingHttpHeaders {
  return Object.fromEntries(given.flatMap((name, index) => (index % 2 === 0 ? [[name, given[index + 1]]] : [])));
}

function take(response: ServerResponse, chunk: unknown): void {
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
  const taken = chunks.get(response) ?? [];
  chunks.set(response, taken);
  taken.push(Buffer.from(chunk));
}

/** What has no request id is not the service's: a page of the documentation, or another server of the test. */
function check(response: ServerResponse): void {
  const headers = { ...response.getHeaders(), ...heads.get(response) };
  if (headers[requestIdHeader] === undefined) return;
  const { req: request, statusCode: status } = response;
  const text = Buffer.concat(chunks.get(response) ?? []).toString();
  departures.push(...departuresOf({ method: request.method ?? "", path: pathOf(request), status, headers, text }));
}
