import type { Answer } from "./answer.ts";
import type { Incoming } from "./request.ts";

const requestsMax = 1000;
const bodyBytesMax = 2048;

/**
 * Answers a repeated request from memory. That is exact: an answer depends on the request alone, and of its headers on
 * those named.
 */
export function remembering(
  answer: (incoming: Incoming) => Promise<Answer>,
  headerNames: string[],
): (incoming: Incoming) => Promise<Answer> {
  const known = new Map<string, Answer>();
  return async (incoming) => {
    if (incoming.body.length > bodyBytesMax) return answer(incoming);
    const key = keyOf(incoming, headerNames);
    const remembered = known.get(key);
    if (remembered) return remembered;
    const fresh = await answer(incoming);
    if (known.size >= requestsMax) known.clear();
    known.set(key, fresh);
    return fresh;
  };
}

function keyOf({ method, path, search, headers, body }: Incoming, headerNames: string[]): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  return JSON.stringify([method, path, search, text, ...headerNames.map((name) => headers[name])]);
}
