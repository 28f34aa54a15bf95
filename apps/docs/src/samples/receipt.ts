import { code, literal } from "./literal.ts";
import type { SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";

/** A gateway's receipt as a shell command, signed as Standard Webhooks says, over the body as it is sent. */
export function curlReceipt(request: SampleRequest): string {
  return [
    `body=${literal(bodyOf(request))}`,
    "timestamp=$(date +%s)",
    'signature=$(printf %s "msg_1.$timestamp.$body" |',
    `  openssl dgst -sha256 -hmac ${sandbox.gatewayKey} -binary | base64)`,
    "",
    [
      `curl ${request.url}`,
      '-d "$body"',
      "-H 'webhook-id: msg_1'",
      '-H "webhook-timestamp: $timestamp"',
      '-H "webhook-signature: v1,$signature"',
    ].join(" \\\n  "),
  ].join("\n");
}

/** TypeScript that makes `timestamp` and `signature`. */
export function receiptSigning(request: SampleRequest): string {
  return [
    "const timestamp = Math.floor(Date.now() / 1000);",
    `const signature = createHmac("sha256", ${literal(sandbox.gatewayKey)})`,
    `  .update(\`msg_1.\${timestamp}.${bodyOf(request)}\`)`,
    '  .digest("base64");',
    "",
  ].join("\n");
}

/** The headers of a signed receipt. */
export const receiptHeaders = {
  "webhook-id": "msg_1",
  "webhook-timestamp": code("String(timestamp)"),
  "webhook-signature": code(`\`v1,\${signature}\``),
};

function bodyOf({ body = {} }: SampleRequest): string {
  const fields = Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(fields).toString();
}
