import type { SampleRequest } from "@countersign/docs/samples/request";
import type { FormField, FormOperation } from "../../document-part.ts";

/** What was typed, by the name of the parameter. */
export type Values = Record<string, string>;

/** The body of the call: what was left empty is not sent, and what should be JSON is sent as typed where it is none. */
export function bodyOf(fields: FormField[], values: Values): Record<string, unknown> {
  const given = fields.filter(({ name }) => values[name]);
  return Object.fromEntries(given.map(({ name, kind }) => [name, readField(kind, values[name] ?? "")]));
}

function readField(kind: FormField["kind"], text: string): unknown {
  if (kind === "truth") return text === "true";
  if (kind === "choices") return text.split(",");
  if (kind !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same call as the docs' samples are made of. */
export function sampleOf(
  { operationId, path = "", fields }: FormOperation,
  { values, ServiceSid, baseUrl }: { values: Values; ServiceSid: string; baseUrl: string },
): SampleRequest {
  return {
    operationId,
    method: "POST",
    path,
    url: baseUrl + path.replace("{ServiceSid}", encodeURIComponent(ServiceSid)),
    baseUrl,
    pathParameters: { ServiceSid },
    query: {},
    body: bodyOf(fields, values),
    isJson: false,
    dates: [],
    access: "basic",
    isAnswered: true,
  };
}

/** The recipient that gets this error in a sandbox: the number, or for e-mail the address. */
export function outcomeRecipient(code: string, channel: string): string {
  if (channel === "email") return code ? `error-${code}@example.com` : "ada@example.com";
  return code ? `+150055${code}` : "+12025550123";
}

/** The error that a recipient asks for, if it does. */
export function outcomeOf(to = ""): string {
  return /^(?:\+150055(\d{5})|error-(\d{5})@example\.com)$/.exec(to)?.slice(1).find(Boolean) ?? "";
}
