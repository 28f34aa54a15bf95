import { curlSample } from "./curl.ts";
import { code, literal } from "./literal.ts";
import { curlReceipt, receiptHeaders, receiptSigning } from "./receipt.ts";
import type { SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";

/** What a TypeScript module needs that signs its call. */
export interface Signing {
  import: string;
  /** Makes what the headers have. */
  before: string;
  headers: object;
}

/** How the call is signed, where it is. */
export function signingOf(request: SampleRequest): Signing | undefined {
  const madeBy = 'import { createHmac } from "node:crypto";\n';
  if (request.access === "gateway") return { import: madeBy, before: receiptSigning(request), headers: receiptHeaders };
  if (request.access !== "signature") return undefined;
  const before = [
    `const url = ${literal(request.url)};`,
    "const nonce = String(Date.now());",
    `const signature = createHmac("sha256", ${literal(sandbox.signingKey)})`,
    `  .update(\`\${nonce}|${signedText(request, `\${url}`)}\`)`,
    '  .digest("base64");',
    "",
  ].join("\n");
  return {
    import: madeBy,
    before,
    headers: { "X-Authy-Signature": code("signature"), "X-Authy-Signature-Nonce": code("nonce") },
  };
}

/** A signed call as a shell command. */
export function signedCurlSample(request: SampleRequest): string {
  if (request.access === "gateway") return curlReceipt(request);
  return [
    "nonce=$(date +%s)",
    `url=${request.url}`,
    `signature=$(printf %s "$nonce|${signedText(request, "$url")}" |`,
    `  openssl dgst -sha256 -hmac ${sandbox.signingKey} -binary | base64)`,
    "",
    curlSample({ ...request, url: '"$url"' }, [
      '-H "X-Authy-Signature: $signature"',
      '-H "X-Authy-Signature-Nonce: $nonce"',
    ]),
  ].join("\n");
}

/**
 * What a v1 Dashboard signature is made of, after the nonce: method, address and the parameters, sorted by name and
 * encoded as a form.
 */
function signedText({ method, query, body }: SampleRequest, url: string): string {
  const parameters = Object.entries({ ...query, ...body })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, String(item)]));
  return `${method}|${url}|${new URLSearchParams(parameters)}`;
}
