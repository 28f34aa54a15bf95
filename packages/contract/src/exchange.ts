import { Agent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** A request as it goes out; unlike `fetch`, nothing corrects it. */
export interface RawRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload: Buffer;
}

/** An answer as it came. */
interface RawAnswer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** An answer, or why there is none. */
export type Sent = RawAnswer | { failure: string };

/** Nobody answers at the address, or not any more; its cause is what the last call came to. */
export class ServerGoneError extends Error {}

const failuresMax = 3;

/** Longer than `fetchNextMessage` waits when it is not told for how long. */
const timeoutMs = 15_000;
/** No answer of the API comes near it. */
const bodyBytesMax = 4 * 1024 * 1024;

/** Sends requests one after the other over a connection that is kept. */
export function createExchanger(base: string) {
  const options = { keepAlive: true, maxSockets: 4 };
  const agent = base.startsWith("https:") ? new HttpsAgent(options) : new Agent(options);
  let failures = 0;
  return {
    /** @throws ServerGoneError when nobody answers any more. */
    async send(request: RawRequest): Promise<Sent> {
      try {
        const answer = await exchange(agent, request);
        failures = 0;
        return answer;
      } catch (error) {
        const failure = reasonOf(error);
        failures += 1;
        const isGone = failures >= failuresMax || /ECONNREFUSED|ENOTFOUND|certificate/.test(failure);
        if (isGone) throw new ServerGoneError(`No answer from ${base}: ${failure}`, { cause: error });
        return { failure };
      }
    },
    close: (): void => agent.destroy(),
  };
}

function exchange(agent: Agent, { method, url, headers, payload }: RawRequest): Promise<RawAnswer> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = payload.length > 0 || method === "POST" ? { "content-length": String(payload.length) } : {};
    const sent = request(url, { agent, method, timeout: timeoutMs, headers: { ...headers, ...length } });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > bodyBytesMax) sent.destroy(new Error("the body does not end"));
        else chunks.push(chunk);
      });
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.end(payload);
  });
}

function reasonOf(error: unknown): string {
  const { code, message, errors } = error as Error & { code?: string; errors?: unknown[] };
  // A name with several addresses fails once for each.
  if (message === "" && errors?.[0]) return reasonOf(errors[0]);
  // What OpenSSL says has lines, and where in itself it was.
  if (/^(EPROTO$|ERR_SSL_)/.test(code ?? "")) return `no TLS with it: ${code}`;
  return message || code || "it hung up";
}
