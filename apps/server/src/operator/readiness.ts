import type { ServerResponse } from "node:http";
import type { Intercept } from "../http/http-server.ts";
import { within } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";

const freshMs = 1_000;
const patienceMs = 3_000;
/**
 * A server whose machine's clock is farther off than this is not to serve: all that it decides is by the database's time,
 * but signatures and certificates, its own and those of others, are judged by the machine's.
 */
export const aheadMsMax = 60_000;

type ReadinessParts = Pick<Store, "outbox" | "requests" | "clock" | "aheadMs">;

/**
 * Whether a server can take requests. Whoever asks often costs the database no more than a look and a write a
 * second, since nobody needs a password to ask.
 */
export function createReadiness({ outbox, requests, clock, aheadMs }: ReadinessParts) {
  let isStopping = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);

  async function look(): Promise<boolean> {
    // A replica, or a database whose disk is full, can be read.
    const isUsable = Promise.all([outbox.nextDueAt(), requests.touch(clock())]).then(
      () => true,
      () => false,
    );
    return (await within(patienceMs, isUsable)) ?? false;
  }

  return {
    /** False while the database cannot be read and written, and from the moment on at which the server stops. */
    async isReady() {
      if (performance.now() - askedAt > freshMs) {
        askedAt = performance.now();
        answer = look();
      }
      return (await answer) && Math.abs(aheadMs()) <= aheadMsMax && !isStopping;
    },
    /** Makes it unready for good. */
    stop() {
      isStopping = true;
    },
  };
}

/**
 * Answers `/healthz`: the process lives, and `/readyz`: it can take requests. They say nothing else, since they ask for
 * no credentials.
 */
export function createProbes({ isReady }: { isReady: () => Promise<boolean> }): Intercept {
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
