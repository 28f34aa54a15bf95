import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";

/** What came to a gateway. */
export interface Posted {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  text: string;
}

export interface GatewayServer {
  /** `https://localhost:…`. */
  url: string;
  /** The certificate to trust. */
  ca: string;
  /** Everything that was posted, whatever was answered. */
  posted: Posted[];
  /** How the next posts are answered, one each; then 200 and nothing. */
  answers: ((response: ServerResponse) => void)[];
  /** How it answers then, in place of that. */
  otherwise?: (posted: Posted, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** A real HTTPS server on this machine, with a certificate of its own for that name. */
export async function startGatewayServer(name = "localhost"): Promise<GatewayServer> {
  const names = [{ type: 2 as const, value: name }];
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  const posted: Posted[] = [];
  const answers: GatewayServer["answers"] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const one = { method, path, headers, text: Buffer.concat(chunks).toString() };
      posted.push(one);
      const answer = answers.shift();
      if (answer) answer(response);
      else if (gateway.otherwise) gateway.otherwise(one, response);
      else response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const gateway: GatewayServer = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: cert,
    posted,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}
