import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a browser accepts when somebody opens a page. */
export const asBrowsers = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

/** A folder with pages as the build leaves them beside the program. */
export function makePages(script = "console.log(1);"): string {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  for (const name of ["console/assets", "docs/errors/60203"]) mkdirSync(join(folder, name), { recursive: true });
  const files = {
    "console/index.html": "<!doctype html><title>Console</title>",
    "console/assets/index-A1b2_-c3.js": script,
    "console/assets/plain.js": script,
    "docs/index.html": "<!doctype html><title>Docs</title>",
    "docs/errors/60203/index.html": "<!doctype html><title>60203</title>",
    "secret.txt": "of nobody's business",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
