import type { ServerResponse } from "node:http";
import type { Intercept } from "../http/http-server.ts";
import { within } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";

/** Whether a server can take requests. */
export interface Readiness {
  /** False while the database cannot be reached, and from the moment on at which the server stops. */
  isReady(): Promise<boolean>;
  /** Makes it unready for good. */
  stop(): void;
}

const freshMs = 1_000;
const patienceMs = 3_000;

/** Whoever asks often costs the database no more than a look a second, since nobody needs a password to ask. */
export function createReadiness({ outbox }: Pick<Store, "outbox">): Readiness {
  let isStopping = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);

  async function look(): Promise<boolean> {
    const isReachable = outbox.nextDueAt().then(
      () => true,
      () => false,
    );
    return (await within(patienceMs, isReachable)) ?? false;
  }

  return {
    async isReady() {
      if (performance.now() - askedAt > freshMs) {
        askedAt = performance.now();
        answer = look();
      }
      return (await answer) && !isStopping;
    },
    stop() {
      isStopping = true;
    },
  };
}

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
