import { isSandbox, origin, sandboxAccount } from "./api.ts";

interface Sent {
  method: string;
  /** With its query. */
  path: string;
  contentType?: string | null;
  body?: string | null;
}

/** A request as a shell command. In production the credentials are left for the reader to fill in. */
export function curlOf({ method, path, contentType, body }: Sent): string {
  const { accountSid, authToken } = sandboxAccount;
  const user = isSandbox() ? `${accountSid}:${authToken}` : '"$KEY_SID:$KEY_SECRET"';
  const credentials = isV1(path) ? "-H 'X-Authy-API-Key: sandbox'" : `-u ${user}`;
  const parts = [
    `curl ${method === (body ? "POST" : "GET") ? "" : `-X ${method} `}${quoted(origin + path)}`,
    credentials,
    ...(body && contentType && contentType !== "application/x-www-form-urlencoded"
      ? [`-H ${quoted(`Content-Type: ${contentType}`)}`]
      : []),
    ...(body ? [`--data-raw ${quoted(body)}`] : []),
  ];
  return parts.join(" \\\n  ");
}

/** Whether the path belongs to the legacy API, which is called with a key of its own. */
export function isV1(path: string): boolean {
  return /^\/(protected|dashboard|onetouch|2010-04-01)\//.test(path);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
