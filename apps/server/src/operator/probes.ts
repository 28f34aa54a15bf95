import type { ServerResponse } from "node:http";
import type { Intercept } from "../http/http-server.ts";
import type { Readiness } from "./readiness.ts";

/**
 * Answers `/healthz`: the process lives, and `/readyz`: it can take requests. They say nothing else, since they ask for
 * no credentials.
 */
export function createProbes({ isReady }: Pick<Readiness, "isReady">): Intercept {
  return ({ url, method }, response) => {
    if ((url !== "/healthz" && url !== "/readyz") || (method !== "GET" && method !== "HEAD")) return false;
    if (url === "/healthz") answer(response, 200, "ok");
    else void isReady().then((ready) => answer(response, ready ? 200 : 503, ready ? "ready" : "not ready"));
    return true;
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  response.end(`${text}\n`);
}
