import { readFile } from "node:fs/promises";

/** The page loads nothing from elsewhere, and no answer is kept: one of them has a secret. */
export const pageHeaders = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // With "no-referrer" a browser would hide from us, too, that a form is our own.
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** What a page consists of; the colours are those of all examples. */
export async function fileOf(page: URL, path: string): Promise<{ bytes: Buffer; type: string } | undefined> {
  const files: Record<string, { url: URL; type: string }> = {
    "/": { url: new URL("index.html", page), type: "text/html; charset=utf-8" },
    "/page.css": { url: new URL("page.css", import.meta.url), type: "text/css" },
    "/page.js": { url: new URL("page.js", page), type: "text/javascript" },
    // One file that imports nothing, so that no bundler is needed.
    "/qr.js": { url: new URL(import.meta.resolve("qr")), type: "text/javascript" },
  };
  const file = files[path];
  return file && { bytes: await readFile(file.url), type: file.type };
}
