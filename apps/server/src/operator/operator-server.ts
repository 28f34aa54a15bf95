import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Intercept } from "../http/http-server.ts";
import type { Metrics } from "./metrics.ts";

/** The port that is the operator's alone. */
interface OperatorServer {
  port: number;
  close(): void;
}

/** Serves `/metrics` and the probes, without credentials: whoever can reach the port may read them. */
export async function startOperatorServer(options: {
  port: number;
  host: string;
  metrics: Pick<Metrics, "contentType" | "text">;
  probes: Intercept;
}): Promise<OperatorServer> {
  const { port, host, metrics, probes } = options;
  const server = createServer((request, response) => {
    if (probes(request, response)) return;
    if (request.url === "/metrics" && request.method === "GET") void answerMetrics(metrics, response);
    else response.writeHead(404).end();
  });
  server.listen({ port, host });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answerMetrics(
  { contentType, text }: Pick<Metrics, "contentType" | "text">,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await text();
    response.writeHead(200, { "content-type": contentType }).end(body);
  } catch {
    response.writeHead(500).end();
  }
}
