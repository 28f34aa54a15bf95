import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of this site's own sent a form. A page of another site may send one as well, without the cookie, and its
 * browser says so of its own accord: in `Sec-Fetch-Site`, which it leaves out at an address that is neither `https` nor
 * `localhost`, and else in `Origin`, or an old one in `Referer`. What says nothing is no browser that is known: refused.
 */
export function isOfThisSite(headers: IncomingHttpHeaders): boolean {
  const { "sec-fetch-site": site, origin, referer = "", host } = headers;
  if (site !== undefined) return site === "same-origin";
  const from = origin ?? referer;
  return URL.canParse(from) && new URL(from).host === host;
}
