import type { IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";

interface GatewayRequest {
  url: URL;
  headers: Record<string, string>;
  body: string;
}

/** The gateway's answer; of its body, as much as was read. */
export interface GatewayAnswer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** What came of it: an answer, or a word that says why there is none, and names neither address nor recipient. */
export type Exchange = { answer: GatewayAnswer } | { reason: string };

const answerBytesMax = 64 * 1024;

/**
 * Posts to a gateway. A redirect is an answer like any other. Once the status is there, it counts, however the body
 * ends: a gateway that took a message and then broke off has taken it.
 */
export async function postToGateway(agent: Agent, request: GatewayRequest, timeoutMs: number): Promise<Exchange> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await post(agent, request, signal);
    const body = await readBody(response);
    return { answer: { status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], body } };
  } catch (error) {
    return { reason: signal.aborted ? "timeout" : ((error as NodeJS.ErrnoException).code ?? "connection_failed") };
  }
}

function post(agent: Agent, { url, headers, body }: GatewayRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const request = httpsRequest(url, {
      method: "POST",
      agent,
      signal,
      headers: { ...headers, "content-length": length },
    });
    // It stays: an abort while the body is read is an error of the request, too.
    request.on("error", reject);
    request.on("response", resolve);
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > answerBytesMax) break;
    }
  } catch {
    // What came so far may still tell something; the status does in any case.
  }
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString();
}
