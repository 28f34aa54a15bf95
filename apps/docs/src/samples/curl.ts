import type { Fields, SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";

/** The call as a shell command. @param headers what proves who makes it, where the access alone does not tell */
export function curlSample(request: SampleRequest, headers = credentials(request)): string {
  const { query, body, isJson } = request;
  const data = isJson
    ? ["-H 'Content-Type: application/json'", `--data ${quoted(JSON.stringify(body))}`]
    : dataOf({ ...query, ...body }).map((field) => `--data-urlencode ${quoted(field)}`);
  return [`curl ${flags(request)}${request.url}`, ...headers, ...data].join(" \\\n  ");
}

/** `--get` puts the data into the query; without it, data makes a POST. */
function flags({ method, query, body }: SampleRequest): string {
  const isTold = method === "DELETE" || (method === "POST" && !body);
  return `${isTold ? `-X ${method} ` : ""}${Object.keys(query).length > 0 ? "--get " : ""}`;
}

function credentials({ access }: SampleRequest): string[] {
  if (access === "basic") return [`-u ${sandbox.accountSid}:${sandbox.authToken}`];
  return access === "key" ? [`-H 'X-Authy-API-Key: ${sandbox.v1Key}'`] : [];
}

/** curl encodes what is behind the first `=`, and takes the name as it is. A list of objects is one JSON, as an object is. */
function dataOf(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (typeof [value].flat()[0] === "object" ? [value] : [value].flat()).map(
      (item) => `${encodeURIComponent(name)}=${asText(item)}`,
    ),
  );
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
