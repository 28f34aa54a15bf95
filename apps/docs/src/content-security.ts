import { createHash } from "node:crypto";

/** The inline parts of a page, to the letter, which alone may run or style it. */
export interface InlineParts {
  scripts?: string[];
  styles?: string[];
}

/**
 * The Content-Security-Policy of a page that brings everything along but pictures, which lie beside it: nothing is
 * fetched, no form is sent, and only the given scripts and styles apply, each by its SHA-256. The search runs in a worker
 * made from a blob.
 */
export function contentSecurityPolicy({ scripts = [], styles = [] }: InlineParts): string {
  const directives = [
    "default-src 'none'",
    `script-src ${sources(scripts)}`,
    `style-src ${sources(styles)}`,
    "img-src 'self' data:",
    `worker-src ${scripts.length > 0 ? "blob:" : "'none'"}`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return directives.join("; ");
}

function sources(parts: string[]): string {
  if (parts.length === 0) return "'none'";
  return parts.map((part) => `'sha256-${createHash("sha256").update(part).digest("base64")}'`).join(" ");
}
