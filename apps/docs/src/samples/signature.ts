import { code, literal } from "./literal.ts";
import { receiptHeaders, receiptSigning } from "./receipt.ts";
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

/** Whether `signing` has to stand before the call. */
export function isSigned({ access }: SampleRequest): boolean {
  return access === "signature" || access === "gateway";
}

/** The import that `signing` needs. */
export const signingImport = 'import { createHmac } from "node:crypto";\n';

/** TypeScript that makes what `signatureHeaders` has. */
export function signing(request: SampleRequest): string {
  if (request.access === "gateway") return receiptSigning(request);
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
export function signatureHeaders({ access }: SampleRequest): object {
  if (access === "gateway") return receiptHeaders;
  return { "X-Authy-Signature": code("signature"), "X-Authy-Signature-Nonce": code("nonce") };
}
