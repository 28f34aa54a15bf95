import type { IncomingMessage } from "node:http";

const example = /(?:^|[,;])\s*example\s*=\s*"?error(\d{5})"?\s*(?:$|[,;])/i;

/**
 * The code of the error that a request asks for by `Prefer: example=error20503`, as the mock has it (RFC 7240).
 * Undefined for every other preference. Whether the operation documents the error is for it to say. Sandbox only.
 */
export function preferredError({ headers }: IncomingMessage): string | undefined {
  return headers.prefer === undefined ? undefined : example.exec(String(headers.prefer))?.[1];
}
