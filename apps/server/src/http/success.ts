import type { Response } from "@countersign/document";
import { jsonType } from "./errors.ts";

/** How an operation's success is answered. */
export interface Success {
  status: number;
  /** The headers that the document has for it. */
  headers: readonly string[];
  /** Writes the body in the media type that the caller accepts; undefined when the answer has no body. */
  write: ((value: unknown, accept: string | undefined) => { type: string; body: string }) | undefined;
}

/** Reads the one success that an operation documents. */
export function successOf(operationId: string, responses: (readonly [status: number, Response])[]): Success {
  const successes = responses.filter(([status]) => status >= 200 && status < 300);
  const [status, response] = successes[0] ?? [];
  if (status === undefined || successes.length > 1) throw new Error(`${operationId} needs one success, not more`);
  const types = Object.keys(response?.content ?? {});
  const unknown = types.find((type) => type !== "application/json" && type !== "text/plain");
  if (unknown) throw new Error(`${operationId} answers ${unknown}, which is not supported`);
  const headers = Object.keys(response?.headers ?? {});
  if (types.length === 0) return { status, headers, write: undefined };
  if (!types.includes("text/plain")) return { status, headers, write: asJson };
  return { status, headers, write: (value, accept) => (accept?.includes("json") ? asJson(value) : asText(value)) };
}

function asJson(value: unknown) {
  return { type: jsonType, body: JSON.stringify(value) };
}

/** As a form, with nothing for null. */
function asText(value: unknown) {
  const form = new URLSearchParams();
  for (const [name, part] of Object.entries(value as object)) form.append(name, String(part ?? ""));
  return { type: "text/plain; charset=utf-8", body: form.toString() };
}
