import type { RequestListener } from "node:http";
import { type File, type Pages, readPages, sendFile } from "./pages.ts";
import { publishedUrl } from "./published-url.ts";

/**
 * What answers requests for the built site, for a server that has other things too.
 * @param basePath the path that the site stands under, with a slash at the end.
 * @param directory where the site lies.
 * @throws Error when there is no such folder.
 */
export function createDocsListener(basePath: string, directory: string): RequestListener {
  const pages = readPages(directory, policyOf);
  const notFound = notFoundOf(pages, basePath);
  return (request, response) => {
    const { method, url = "/" } = request;
    const send = (status: number, file: File, headers?: Record<string, string>) =>
      void sendFile(request, response, status, file, headers);
    // A proxy may be sent the whole address (RFC 9112, section 3.2.2).
    const [path = "/", query = ""] = url.replace(/^https?:\/\/[^/?#]*/i, "").split(/(?=[?#])/);
    const name = path.startsWith(basePath) ? path.slice(basePath.length) : undefined;
    const file = name === undefined ? undefined : pages(name === "" || name.endsWith("/") ? `${name}index.html` : name);
    if (method !== "GET" && method !== "HEAD") send(405, plainText("Method not allowed"), { allow: "GET, HEAD" });
    else if (file) send(200, file);
    else if (`${path}/` === basePath || pages(`${name}/index.html`))
      send(301, plainText("Moved"), { location: `${path}/${query}` });
    else send(404, notFound());
  };
}

/** A page says its policy itself; as a header it also keeps the page out of frames. */
function policyOf(type: string, body: Buffer): string {
  const stated = type.startsWith("text/html")
    ? /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(body.toString())?.[1]
    : undefined;
  return `${stated ?? "default-src 'none'"}; frame-ancestors 'none'`;
}

/** Its link leads to the published site, since it may be shown at any depth. Here the way back is known. */
function notFoundOf(pages: Pages, basePath: string): () => File {
  let made: File | undefined;
  return () => {
    const page = pages("404.html") ?? plainText("Not found");
    made ??= { ...page, body: Buffer.from(page.body.toString().replaceAll(publishedUrl, basePath)) };
    return made;
  };
}

function plainText(text: string): File {
  const type = "text/plain; charset=utf-8";
  const body = Buffer.from(`${text}\n`);
  return { body, type, policy: policyOf(type, body) };
}
