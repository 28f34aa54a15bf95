import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type ReceivedSpan, readTraces } from "./otlp.ts";

/** A collector of traces on this machine. */
export interface OtlpReceiver {
  /** The endpoint, to which the SDK adds the path of traces. */
  url: string;
  requests: { path: string | undefined; headers: IncomingMessage["headers"]; bytes: Buffer }[];
  spans: ReceivedSpan[];
  /** The status of its answers. */
  status: number;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      receiver.requests.push({ path: request.url, headers: request.headers, bytes });
      receiver.spans.push(...readTraces(request.headers["content-type"], bytes));
      response.writeHead(receiver.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: OtlpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    spans: [],
    status: 200,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
