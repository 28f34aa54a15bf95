import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer on its way through the proxy. */
export interface PassingAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Spoils the answers of one kind of request. */
export interface Fault {
  method: string;
  path: RegExp;
  /** Those of this status alone. */
  status: number;
  spoil: (answer: PassingAnswer) => Partial<PassingAnswer>;
}

/** A server that answers as another one does, but for the faults. */
export async function startFaultyProxy(origin: string, faults: Fault[]) {
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const body = Buffer.concat(await request.toArray());
    httpRequest(`${origin}${url}`, { method, headers }, async (answered) => {
      const text = Buffer.concat(await answered.toArray()).toString();
      const { connection, "content-length": _, ...rest } = answered.headers as Record<string, string>;
      const whole = { status: answered.statusCode ?? 0, headers: rest, text };
      const [path = ""] = url.split("?");
      const fault = faults.find(
        (each) => each.method === method && each.path.test(path) && each.status === whole.status,
      );
      const spoilt = { ...whole, ...fault?.spoil(whole) };
      response.writeHead(spoilt.status, spoilt.headers).end(spoilt.text);
    }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer with its JSON changed. */
export function spoiltBody({ text }: PassingAnswer, change: (body: Record<string, unknown>) => object) {
  return { text: JSON.stringify(change(JSON.parse(text))) };
}
