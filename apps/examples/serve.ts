import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isOfThisSite } from "./same-site.ts";
import { createSessions, type Kept } from "./sessions.ts";
import { fileOf, pageHeaders } from "./static-files.ts";

/** What the page sent. */
export type Fields = Record<string, string>;

export interface Served<Session> {
  /** Where `index.html` and `page.js` are. */
  page: URL;
  /** Makes the page of whoever has this session, in place of `index.html`. Its forms post, and lead back to it. */
  render?(session: Session): string;
  /** What happens when the page calls something by its name. @returns what it shows then; undefined for what there is not */
  act(session: Session, name: string, fields: Fields): Promise<object | undefined>;
  port?: number | undefined;
}

/** Serves a page, and what it asks for. The service's credentials stay here: a browser has a cookie alone. */
export async function serve<Session extends Kept>({ page, render, act, port = 0 }: Served<Session>) {
  const sessions = createSessions<Session>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (request.method === "GET" && render && path === "/") return sendPage(response, render(sessions.of(request)));
    if (request.method === "GET") return sendFile(response, page, path);
    if (!(render ? isFormOfThisSite(request) : request.headers["content-type"] === "application/json"))
      return send(response, 415, {});
    const session = sessions.of(request);
    const fields = await fieldsOf(request);
    if (!fields) return send(response, 400, {});
    const shown = await act(session, path.slice(1), fields);
    const cookie = sessions.keep(session);
    const headers = cookie ? { "set-cookie": cookie } : {};
    if (shown && render) send(response, 303, {}, { ...headers, location: "/" });
    else send(response, shown ? 200 : 404, shown ?? {}, headers);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(error.message);
      send(response, 500, { problem: "Something went wrong here. Try again in a minute." });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://localhost:${taken}`, close: () => void server.close().closeAllConnections() };
}

/** A page of another site sends no JSON without asking first, and nobody here says yes. A form it may send. */
function isFormOfThisSite({ headers }: IncomingMessage): boolean {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return isForm && isOfThisSite(headers);
}

function sendPage(response: ServerResponse, page: string): void {
  const policy = pageHeaders["content-security-policy"].replace("form-action 'none'", "form-action 'self'");
  response.writeHead(200, {
    ...pageHeaders,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
  });
  response.end(page);
}

async function sendFile(response: ServerResponse, page: URL, path: string): Promise<void> {
  const file = await fileOf(page, path);
  response.writeHead(file ? 200 : 404, { ...pageHeaders, ...(file && { "content-type": file.type }) });
  response.end(file?.bytes);
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...pageHeaders, "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** What was typed, and what the browser made. @returns nothing for what no page of ours sends, and for more than any needs */
async function fieldsOf(request: IncomingMessage): Promise<Fields | undefined> {
  let text = "";
  for await (const chunk of request) if (text.length <= 16_384) text += chunk;
  if (text.length > 16_384) return undefined;
  const isForm = request.headers["content-type"] !== "application/json";
  const fields: unknown = isForm ? Object.fromEntries(new URLSearchParams(text)) : parsed(text || "{}");
  const entries = Object.entries(Object(fields));
  if (fields === null || typeof fields !== "object" || entries.some(([, value]) => Object(value) === value))
    return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).trim()]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
