import type { ObserveRoute } from "../src/http/app.ts";

/** Collects the addresses of the server in what it answers, one of each kind. */
export function observeLinks() {
  const links = new Map<string, string>();
  const observeRoute: ObserveRoute = (_, respond) => async (request, response, parameters) => {
    const answer = await respond(request, response, parameters);
    const origin = `http://${request.headers.host}`;
    for (const [, link = ""] of (answer?.body ?? "").matchAll(/"(http:[^"?\\]+)["?]/g)) {
      if (link.startsWith(`${origin}/`)) links.set(link.replaceAll(/[A-Z]{2}[0-9a-f]{32}/g, "{Sid}"), link);
    }
    return answer;
  };
  return { observeRoute, links: () => [...links.values()] };
}
