import { type Body, bodyOf, readBytes } from "./body.ts";
import { isLoopback } from "./faults.ts";
import type { Asked } from "./request.ts";

/** What a reader is told of a call. */
export interface Told {
  words: string;
  /** What was sent. */
  asked?: Asked;
  response?: Response;
  body?: Body;
  isUnderWay?: boolean;
}

/** What a call is made with. */
export interface Means {
  fetch: typeof globalThis.fetch;
  /** The page that calls. */
  page: Pick<Location, "origin" | "protocol" | "hostname">;
  signal: AbortSignal;
}

/** Sends a call. It never rejects: what went wrong is told in words. */
export async function answerTo(asked: Asked, means: Means): Promise<Told> {
  const { fetch, signal } = means;
  const at = performance.now();
  let response: Response;
  try {
    response = await fetch(asked.url, { ...asked.init, signal });
  } catch {
    return { words: await whyNone(asked, means) };
  }
  if (response.type === "opaqueredirect") {
    return {
      words: "The answer leads to another address. This page does not follow: a browser does not say where to.",
    };
  }
  const status = `${response.status} ${response.statusText}`.trim();
  const bytes = await readBytes(response).catch(() => undefined);
  if (!bytes) return { words: `${status}, but the answer broke off before its end.`, response };
  const words = `${status} in ${Math.round(performance.now() - at)} ms`;
  return { words, response, body: bodyOf(bytes, response.headers.get("content-type") ?? "") };
}

/** A browser tells a page neither that nobody listens nor that it may not read; a call that nobody reads tells them apart. */
async function whyNone({ base, path }: Asked, { fetch, page, signal }: Means): Promise<string> {
  const isThere = await fetch(base, { method: "HEAD", mode: "no-cors", credentials: "omit", signal }).then(
    () => true,
    () => false,
  );
  const own = `the docs that the sandbox itself serves, ${base}/docs/, may`;
  if (!isThere) {
    const kept = `Or the browser keeps a page that comes by https from calling http: ${own}.`;
    return `Nothing answers at ${base}. Does a sandbox run there?${page.protocol === "https:" ? ` ${kept}` : ""}`;
  }
  if (/^\/(sandbox|console)\b/.test(path) && !isLoopback(page.hostname)) {
    return `What ${base} answers here, only pages of this machine may read: ${own}.`;
  }
  const from = page.origin === "null" ? "from files" : `of ${page.origin}`;
  return `Something answers at ${base}, but not so that pages ${from} may read it. Is it a sandbox?`;
}
