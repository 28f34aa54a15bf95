/** What the reading of an answer fails with that has more bytes than any of this API's. */
export const tooLarge = "its answer is larger than 10 MB";
const bytesMax = 10 * 1024 * 1024;

/** A `fetch` whose answers cannot fill the memory: who answers may be another program, and its answer without an end. */
export async function boundedFetch(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  let bytes = 0;
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new Error(tooLarge);
      controller.enqueue(chunk);
    },
  });
  return response.body ? new Response(response.body.pipeThrough(bound), response) : response;
}
