import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogIn, type LogInParts } from "./log-in.ts";
import { createSessions } from "./sessions.ts";
import { fileOf, pageHeaders } from "./static-files.ts";

/** Serves the page, and what it asks for. The service's credentials stay here: a browser has a cookie alone. */
export async function startApp(parts: LogInParts & { port?: number }): Promise<{ url: string; close(): void }> {
  const logIn = createLogIn(parts);
  const sessions = createSessions();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "GET") return sendFile(response, path);
    // A page of another origin sends no such body without asking first, and nobody here says yes.
    if (request.headers["content-type"] !== "application/json") return send(response, 415, {});
    const session = sessions.of(request);
    const shown = await logIn(session, path.slice(1), await fieldsOf(request));
    const cookie = sessions.keep(session);
    send(response, shown ? 200 : 404, shown ?? {}, cookie ? { "set-cookie": cookie } : {});
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(error.message);
      send(response, 500, { problem: "Something went wrong here. Try again in a minute." });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(parts.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => void server.close().closeAllConnections() };
}

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const file = await fileOf(path);
  response.writeHead(file ? 200 : 404, { ...pageHeaders, ...(file && { "content-type": file.type }) });
  response.end(file?.bytes);
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...pageHeaders, "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** What was typed. More than a form can hold is nothing. */
async function fieldsOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = "";
  for await (const chunk of request) if (text.length < 4096) text += chunk;
  const fields = JSON.parse(text.slice(0, 4096) || "{}");
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value).trim()]));
}
