import type { Call, Paginate } from "./call-types.ts";
import { ConnectionError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { unwrap } from "./result.ts";
import { createTransport, type Init } from "./transport.ts";

/**
 * A client of the Verify API. A call resolves whenever the server answers, to `data` or to `error`. It rejects with a
 * `ConnectionError` when no answer comes, with the signal's reason when the caller aborts it, and with a `TypeError` when
 * a path parameter is missing or not usable, or a header cannot be sent.
 */
export type Client = {
  GET: Call<"get">;
  POST: Call<"post">;
  DELETE: Call<"delete">;
  /**
   * Walks a list over all its pages, from the one that `params.query` asks for, and gives its items.
   *
   * @throws VerifyError when the API refuses a page; ConnectionError when no answer comes, when a page lacks its items, or
   *   when the next page is on another origin, which must not see the credentials.
   */
  paginate: Paginate;
};

/**
 * Creates a client.
 *
 * @throws TypeError when credentials are missing, or an option cannot be used. It names the option, and not what it holds.
 */
export function createClient(options: ClientOptions): Client {
  const call = createTransport(options);
  return {
    GET: (path: string, init?: Init) => call("GET", path, init),
    POST: (path: string, init?: Init) => call("POST", path, init),
    DELETE: (path: string, init?: Init) => call("DELETE", path, init),
    async *paginate(path: string, init?: Init) {
      let url: string | null | undefined;
      do {
        const page = (await unwrap(call("GET", path, init, url))) as Page;
        const items = page[page.meta?.key as string];
        if (!Array.isArray(items)) throw new ConnectionError(`GET ${path}: a page without its items`);
        yield* items;
        url = page.meta?.next_page_url;
      } while (url);
    },
  } as unknown as Client;
}

type Page = { meta?: { key: string; next_page_url: string | null } } & Record<string, unknown>;
