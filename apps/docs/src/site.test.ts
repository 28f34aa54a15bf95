import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { OpenApiDocument } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import { expect, test } from "vitest";
import { errorAnchors } from "./anchors.ts";

const site = fileURLToPath(new URL("../dist/site/", import.meta.url));
const catalogue = errors as CatalogueEntry[];
const anchorOf = errorAnchors(document as unknown as OpenApiDocument);
const pages = (readdirSync(site, { recursive: true }) as string[]).filter((name) => name.endsWith(".html"));

test.each(pages)("%s loads nothing from anywhere", (name) => {
  const html = read(name);
  // Compared as yes or no: a failure must not print a megabyte of script.
  expect(html.includes("cdn.redoc.ly")).toBe(false);
  const markup = html.replace(/<script[^>]*>[\s\S]*?<\/script>/g, "");
  expect(markup).not.toMatch(/(?:src|srcset|poster|action|data)\s*=\s*["']?(?!data:)[\w./]/i);
  expect(markup).not.toMatch(/<link[^>]+href="(?!data:)/i);
  expect(html.match(/<style>[\s\S]*?<\/style>/)?.[0]).not.toMatch(/@import|url\(/i);
});

test.each(pages)("%s allows only its own parts, each by its hash", (name) => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(read(name))?.[1] ?? "";
  expect(policy).toMatch(
    /^default-src 'none'; script-src ('sha256-[^']+' ?)+;|^default-src 'none'; script-src 'none';/,
  );
  expect(policy).toContain("connect-src 'none'; base-uri 'none'; form-action 'none'");
  expect(policy).not.toMatch(/unsafe|http|\*/);
});

test("the page shows every picture that lies beside it, and no other", () => {
  const shown = [...read("index.html").matchAll(/\]\((pictures\/[^)]*)\)/g)].map(([, path]) => path);
  const beside = readdirSync(`${site}pictures`).map((name) => `pictures/${name}`);
  expect([...new Set(shown)].sort()).toEqual(beside.sort());
});

test.each(catalogue)("$api $code has a stable address that leads to its place in the reference", (error) => {
  const isV1 = error.api === "v1";
  const page = read(`errors/${isV1 ? "v1/" : ""}${error.code}/index.html`);
  const target = `${isV1 ? "../../../" : "../../"}index.html#${anchorOf(error)}`;
  expect(page).toContain(`http-equiv="refresh" content="0; url=${target}"`);
  expect(page).toContain(`<a href="${target}">`);
});

test("the plain address of a number is v2's, and v1's only where v2 has no such error", () => {
  for (const { code } of catalogue) {
    const v2 = catalogue.some((error) => error.api === "v2" && error.code === code);
    expect(read(`errors/${code}/index.html`)).toContain(`An error of API ${v2 ? "v2" : "v1"},`);
  }
});

test("the list of errors has all of them", () => {
  const list = read("errors/index.html");
  for (const { api, code } of catalogue) {
    expect(list).toContain(`href="${api === "v1" ? "v1/" : ""}${code}/index.html"`);
  }
});

test("the document can be downloaded as the project has it", () => {
  expect(JSON.parse(read("openapi.json"))).toEqual(document);
});

function read(name: string): string {
  return readFileSync(site + name, "utf8");
}
