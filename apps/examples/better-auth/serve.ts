import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Client } from "@countersign/client";
import { toNodeHandler } from "better-auth/node";
import { fileOf, pageHeaders } from "../static-files.ts";
import { createAuth } from "./auth.ts";

/** Serves better-auth, and a page that asks it. */
export async function startApp({ port = 0, ...parts }: { client: Client; serviceSid: string; port?: number }) {
  const page = new URL("page/", import.meta.url);
  const server = createServer(async (request, response) => {
    if (request.url?.startsWith("/api/auth/")) return answer(request, response);
    const file = await fileOf(page, request.url ?? "/");
    response.writeHead(file ? 200 : 404, { ...pageHeaders, ...(file && { "content-type": file.type }) });
    response.end(file?.bytes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const answer = toNodeHandler(createAuth({ ...parts, baseURL: url, secret: randomUUID() }));
  return { url, close: () => void server.close().closeAllConnections() };
}
