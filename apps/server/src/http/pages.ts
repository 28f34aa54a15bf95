import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDocsListener } from "@countersign/docs/listener";
import { readPages, sendFile } from "@countersign/docs/pages";
import { below, type Intercept } from "./http-server.ts";
import { pathOf } from "./request-url.ts";

/** Where the folders `console` and `docs` lie: beside the program, which is built into one folder with them. */
const besideProgram = fileURLToPath(new URL("./", import.meta.url));

/** Whether the docs lie in that folder; a program that runs from its sources has none. */
export function hasDocs(folder = besideProgram): boolean {
  return existsSync(join(folder, "docs"));
}

/**
 * What answers requests for the console, whose page is at `/`, and for the docs below `/docs/`. A program that runs from
 * its sources has no pages beside it, and answers as one that has none.
 * @param folder where they lie
 */
export function createPages(folder = besideProgram): Intercept[] {
  const [ofConsole, ofDocs] = [join(folder, "console"), join(folder, "docs")];
  return [
    ...(hasDocs(folder) ? [below("/docs", createDocsListener("/docs/", ofDocs))] : []),
    ...(existsSync(ofConsole) ? [consolePages(ofConsole)] : []),
  ];
}

/**
 * Nothing but what is in the console's own files runs, is shown, or is asked. A message's HTML is shown in a frame without
 * an address of its own, which falls under the same policy; `preview` makes it the one text that may become HTML.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types preview",
].join("; ");

/** Programs that ask for `/` are answered as ever: only who would rather have HTML than JSON gets the page. */
function consolePages(folder: string): Intercept {
  const pages = readPages(folder, () => policy);
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = pathOf(request);
    const name = path === "/" ? "index.html" : path.startsWith("/assets/") ? path.slice(1) : "";
    const file = path === "/" && !prefersHtml(request.headers.accept) ? undefined : pages(name);
    if (!file) return false;
    void sendFile(request, response, 200, file);
    return true;
  };
}

/** Whether HTML is accepted before JSON (RFC 9110, section 12.5.1). */
export function prefersHtml(accept = ""): boolean {
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.toLowerCase().split(";");
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
    return { type: type.trim(), quality: Number(quality ?? 1) };
  });
  const qualityOf = (...names: string[]) =>
    names.map((name) => ranges.find(({ type }) => type === name)?.quality).find((quality) => quality !== undefined) ??
    0;
  return qualityOf("text/html", "text/*", "*/*") > qualityOf("application/json", "application/*", "*/*");
}
