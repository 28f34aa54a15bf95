import { createHmac, timingSafeEqual } from "node:crypto";

/** What the signature of a Dashboard request covers: all that is sent but the headers. */
export interface SignedRequest {
  nonce: string;
  /** In any case. */
  method: string;
  /** Absolute, without a query. */
  url: string;
  /** Those of the query and of the body, decoded, in any order. */
  parameters: readonly (readonly [name: string, value: string])[];
}

/**
 * Whether a signature is the request's. Clients differ in which marks they escape and in how they sort what is repeated:
 * each way is accepted, since each tells the same parameters. Takes the same time wherever a signature differs.
 */
export function isDashboardSignature(signature: string, request: SignedRequest, signingKey: string): boolean {
  const given = Buffer.from(signature, "base64");
  const expected = escapers.flatMap((escaped) =>
    [byPair, byName].map((order) => hmac(textOf(request, escaped, order), signingKey)),
  );
  return expected.filter((each) => each.length === given.length && timingSafeEqual(each, given)).length > 0;
}

function hmac(text: string, signingKey: string): Buffer {
  return createHmac("sha256", signingKey).update(text).digest();
}

/** `nonce|METHOD|url|parameters`. */
function textOf({ nonce, method, url, parameters }: SignedRequest, escaped: Escape, compare: Compare): string {
  const pairs = parameters.map(([name, value]) => ({
    name: escaped(name),
    pair: `${escaped(name)}=${escaped(value)}`,
  }));
  const sorted = pairs.toSorted(compare).map(({ pair }) => pair);
  return [nonce, method.toUpperCase(), url, sorted.join("&")].join("|");
}

type Escape = (text: string) => string;
type Compare = (a: Named, b: Named) => number;
interface Named {
  name: string;
  pair: string;
}

const byPair: Compare = (a, b) => compareCodes(a.pair, b.pair);
/** What has the same name stays in the order in which it was sent. */
const byName: Compare = (a, b) => compareCodes(a.name, b.name);

function compareCodes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Nothing unescaped but letters, digits and `-._~`, as RFC 3986, PHP, Python and Go have it; a space is a `+`. */
const rfc3986: Escape = (text) => javaScript(text).replace(/[!'()*]/g, percentEncode);
const javaScript: Escape = (text) => encodeURIComponent(text).replaceAll("%20", "+");
/** HTML forms, Java and older Ruby escape the tilde and leave the asterisk. */
const htmlForm: Escape = (text) => javaScript(text).replace(/[!'()~]/g, percentEncode);
const withoutTilde: Escape = (text) => rfc3986(text).replaceAll("~", "%7E");

const escapers = [rfc3986, javaScript, htmlForm, withoutTilde];

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
