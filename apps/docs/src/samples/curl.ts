import { curlReceipt } from "./receipt.ts";
import type { Fields, SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";
import { signedText } from "./signature.ts";

/** The call as a shell command. */
export function curlSample(request: SampleRequest): string {
  if (request.access === "gateway") return curlReceipt(request);
  if (request.access !== "signature") return command(request, request.url);
  return [
    "nonce=$(date +%s)",
    `url=${request.url}`,
    `signature=$(printf %s "$nonce|${signedText(request, "$url")}" |`,
    `  openssl dgst -sha256 -hmac ${sandbox.signingKey} -binary | base64)`,
    "",
    command(request, '"$url"'),
  ].join("\n");
}

function command(request: SampleRequest, url: string): string {
  const data = dataOf({ ...request.query, ...request.body }).map((field) => `--data-urlencode ${quoted(field)}`);
  return [`curl ${flags(request)}${url}`, ...credentials(request), ...data].join(" \\\n  ");
}

/** `--get` puts the data into the query; without it, data makes a POST. */
function flags({ method, query, body }: SampleRequest): string {
  const isTold = method === "DELETE" || (method === "POST" && !body);
  return `${isTold ? `-X ${method} ` : ""}${Object.keys(query).length > 0 ? "--get " : ""}`;
}

function credentials({ access }: SampleRequest): string[] {
  if (access === "basic") return [`-u ${sandbox.accountSid}:${sandbox.authToken}`];
  if (access === "key") return [`-H 'X-Authy-API-Key: ${sandbox.v1Key}'`];
  if (access === "none") return [];
  return ['-H "X-Authy-Signature: $signature"', '-H "X-Authy-Signature-Nonce: $nonce"'];
}

/** curl encodes what is behind the first `=`, and takes the name as it is. */
function dataOf(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((item) => `${encodeURIComponent(name)}=${asText(item)}`),
  );
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
