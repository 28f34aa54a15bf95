import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What came to a receiver. */
export interface Received {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage["headers"];
  text: string;
}

export interface WebhookReceiver {
  url: string;
  received: Received[];
  /** How it answers; 200 and nothing by default. */
  answer: (response: ServerResponse) => void;
  /** Resolves when so many requests have come. */
  until(count: number): Promise<Received[]>;
  close(): Promise<void>;
}

/** A real HTTP server on this machine that takes webhooks. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const waiting: { count: number; resolve: (received: Received[]) => void }[] = [];
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, headers, text: Buffer.concat(chunks).toString() });
      receiver.answer(response);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve(received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (response) => void response.end(),
    until: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve(received);
        else waiting.push({ count, resolve });
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
