import { type IncomingHttpHeaders, request } from "node:http";

/** An answer of v1 as it came. */
export interface V1Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The text parsed, if it is JSON. */
  body: V1Body;
}

/** What the tests read of any body. */
export interface V1Body {
  success?: boolean;
  message?: string;
  error_code?: string;
  uuid?: string;
  sms_id?: string;
  status?: string;
  seconds_to_expire?: number;
  carrier?: string | null;
  is_cellphone?: boolean;
}

export type V1Fields = Record<string, string | number>;
export type V1Api = ReturnType<typeof v1ApiOf>;

export interface V1Call {
  format?: string;
  headers?: Record<string, string>;
  /** A form, or a body as it is. */
  body?: V1Fields | string | Buffer;
}

/** Calls v1 in the name of an application. Everything of a request can be made wrong, and a `GET` can have a body. */
export function v1ApiOf(origin: string | (() => string), apiKey = "sandbox") {
  const key = { "x-authy-api-key": apiKey };
  const protectedPath = (path: string, format = "json") => `/protected/${format}/${path}`;
  const get = (path: string, fields: V1Fields, { format, headers, body }: V1Call = {}) =>
    v1Send(origin, "GET", `${protectedPath(path, format)}?${formOf(fields)}`, {
      headers: { ...key, ...headers },
      body,
    });
  return {
    start: (fields: V1Fields, { format, headers }: V1Call = {}) =>
      v1Send(origin, "POST", protectedPath("phones/verification/start", format), {
        headers: { ...key, ...headers },
        body: { via: "sms", country_code: 1, ...fields },
      }),
    check: (fields: V1Fields, call?: V1Call) => get("phones/verification/check", { country_code: 1, ...fields }, call),
    status: (fields: V1Fields, call?: V1Call) => get("phones/verification/status", fields, call),
    info: (fields: V1Fields, call?: V1Call) => get("phones/info", { country_code: 1, ...fields }, call),
    details: (fields: V1Fields = {}, call?: V1Call) => get("app/details", fields, call),
    feedback: (smsId: string, fields: V1Fields = {}) =>
      v1Send(origin, "POST", `/2010-04-01/Accounts/${apiKey}/SMS/Messages/${smsId}/Feedback.json`, { body: fields }),
  };
}

/** Sends any request, as it is. */
export function v1Send(
  origin: string | (() => string),
  method: string,
  target: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: V1Call["body"] | undefined } = {},
): Promise<V1Answer> {
  const isForm = typeof body === "object" && !Buffer.isBuffer(body);
  const payload = isForm ? formOf(body) : (body ?? "");
  const type = isForm ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const length = payload.length > 0 ? { "content-length": String(Buffer.byteLength(payload)) } : {};
  return new Promise((resolve, reject) => {
    request(
      `${typeof origin === "string" ? origin : origin()}${target}`,
      { method, headers: { ...type, ...length, ...headers } },
      async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        const isJson = response.headers["content-type"]?.startsWith("application/json");
        const parsed = isJson && text !== "" ? JSON.parse(text) : {};
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
      },
    )
      .on("error", reject)
      .end(payload);
  });
}

/** The body of an error, in either format. */
export function v1ErrorText(code: string, message: string, format: "json" | "xml"): string {
  if (format === "json") return JSON.stringify({ error_code: code, message, errors: { message }, success: false });
  const escaped = message.replaceAll('"', "&quot;");
  return `<?xml version="1.0" encoding="UTF-8"?>
<errors>
  <error-code>${code}</error-code>
  <message>${escaped}</message>
  <errors>
    <message>${escaped}</message>
  </errors>
  <success type="boolean">false</success>
</errors>
`;
}

function formOf(fields: V1Fields): string {
  return new URLSearchParams(fields as Record<string, string>).toString();
}
