import type { IncomingMessage } from "node:http";

const bytesMaxDefault = 16 * 1024;

/** Reads a request's body. What is too large is not kept, and Node discards the rest of it. */
export function readBody(
  request: IncomingMessage,
  bytesMax = bytesMaxDefault,
): Promise<Buffer | "too large" | "aborted"> {
  if (Number(request.headers["content-length"]) > bytesMax) return Promise.resolve("too large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax) chunks.push(chunk);
      else resolve("too large");
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    // After "end" this changes nothing; without it the caller hung up.
    request.on("close", () => resolve("aborted"));
  });
}
