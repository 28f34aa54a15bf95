import { code, literal } from "./literal.ts";
import type { SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";

/**
 * What a v1 Dashboard signature is made of, after the nonce: method, address and the parameters, sorted by name and
 * encoded as a form.
 */
export function signedText({ method, query, body }: SampleRequest, url: string): string {
  const parameters = Object.entries({ ...query, ...body })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, String(item)]));
  return `${method}|${url}|${new URLSearchParams(parameters)}`;
}

/** The import that `signing` needs. */
export const signingImport = 'import { createHmac } from "node:crypto";\n';

/** TypeScript that makes `nonce` and `signature`. */
export function signing(request: SampleRequest): string {
  return [
    `const url = ${literal(request.url)};`,
    "const nonce = String(Date.now());",
    `const signature = createHmac("sha256", ${literal(sandbox.signingKey)})`,
    `  .update(\`\${nonce}|${signedText(request, `\${url}`)}\`)`,
    '  .digest("base64");',
    "",
  ].join("\n");
}

/** The headers of a signed request. */
export const signatureHeaders = { "X-Authy-Signature": code("signature"), "X-Authy-Signature-Nonce": code("nonce") };
