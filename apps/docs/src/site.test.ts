import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import guides from "@countersign/spec/guides.json" with { type: "json" };
import document from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import { describe, expect, test } from "vitest";
import { publishedUrl } from "./published-url.ts";

const site = fileURLToPath(new URL("../dist/site/", import.meta.url));
const source = document as unknown as OpenApiDocument;
const catalogue = errors as CatalogueEntry[];
const files = (readdirSync(site, { recursive: true }) as string[]).map((name) => name.replaceAll("\\", "/"));
const texts = new Map(files.filter((name) => name.endsWith(".html")).map((name) => [name, read(name)]));
const pages = [...texts];

describe("every page", () => {
  test("loads nothing but files of the site, and names each as it lies", () => {
    for (const [name, html] of pages) {
      for (const [, address = ""] of html.matchAll(/<(?:script|img|link)\b[^>]*?(?:src|href)="([^"]*)"/g)) {
        if (address.startsWith("data:")) continue;
        expect(files, `${name} loads ${address}`).toContain(fileOf(name, address));
      }
      expect(html, name).not.toMatch(/<style|\sstyle=|\son\w+=|<script>|srcset|<iframe|<object|@import/);
    }
  });

  test("allows only the site's own files, and operations to be tried on the reader's machine", () => {
    for (const [name, html] of pages) {
      const stated = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
      const hasOperations = /^reference\/.+\/index/.test(name);
      const connect = hasOperations ? "http://localhost:* http://127.0.0.1:*" : "'none'";
      expect(stated, name).toContain(` connect-src ${connect}; `);
      const policy = stated.replace(`connect-src ${connect}`, "connect-src");
      expect(policy, name).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'( 'sha256-[^']+')?;/);
      expect(policy, name).toContain("base-uri 'none'; form-action 'none'");
      expect(policy, name).not.toMatch(/unsafe|https|\*;/);
    }
  });

  test("has one heading of the first level, one main, a way past the contents, and no id twice", () => {
    for (const [name, html] of pages) {
      expect([...html.matchAll(/<h1[ >]/g)], name).toHaveLength(1);
      expect([...html.matchAll(/<main id="main"/g)], name).toHaveLength(1);
      expect(html, name).toContain('<a class="skip" href="#main">');
      const ids = idsIn(html);
      expect(ids, name).toHaveLength(new Set(ids).size);
      expect(/<title>[^<]+<\/title>\n<meta name="description" content="[^"]{10,}"/.test(html), name).toBe(true);
    }
  });

  test("has no heading that says nothing, of a column neither", () => {
    for (const [name, html] of pages) expect(html, name).not.toMatch(/<(h[1-6]|th)\b[^>]*>\s*<\/\1>/);
  });

  test("leaves out no level of headings", () => {
    for (const [name, html] of pages) {
      const levels = [...html.slice(html.indexOf("<main")).matchAll(/<h([1-6])[ >]/g)].map(([, level]) =>
        Number(level),
      );
      for (const [index, level] of levels.entries()) {
        expect(level - (levels[index - 1] ?? 0), `${name}, heading ${index}`).toBeLessThanOrEqual(1);
      }
    }
  });

  test("has no dead link: each leads to a file of the site, and to a place that this file has", () => {
    const operations = operationPlaces();
    const places = new Map(
      pages.map(([name, html]) => [name, new Set([...idsIn(html), ...(operations.get(name) ?? [])])]),
    );
    const known = new Set(files);
    for (const [name, html] of pages) {
      for (const [, address = ""] of html.matchAll(/<a\b[^>]*?href="([^"]*)"/g)) {
        if (/^(https?|mailto):/.test(address) && !address.startsWith(publishedUrl)) continue;
        const [path, fragment] = address.split("#");
        const file = path === "" ? name : fileOf(name, path ?? "");
        expect(known.has(file), `${name} links to ${address}`).toBe(true);
        if (fragment === undefined) continue;
        expect(places.get(file)?.has(decodeURI(fragment)), `${name} links to ${address}`).toBe(true);
      }
    }
  });

  test("has none of Redoc's addresses left, nor a folder's, which no file system opens", () => {
    for (const [name, html] of pages) {
      expect(html.replace(/<script type="application\/json"[\s\S]*?<\/script>/, ""), name).not.toMatch(
        /href="([^"]*\/)?(#tag\/[^"]*)?"/,
      );
    }
  });
});

test("every guide has a page under the name of its file, and no error's text is in it twice", () => {
  for (const name of [...Object.values(guides), "overview"]) expect(files).toContain(`guides/${name}/index.html`);
  const { cause } = catalogue.find(({ code }) => code === 60203) ?? { cause: "" };
  const having = pages.filter(
    ([name, html]) => !name.startsWith("reference") && html.split("<main")[1]?.includes(cause),
  );
  expect(having.map(([name]) => name)).toEqual(["errors/60203/index.html"]);
});

test("every operation is on the page of its tag, and in the list of all", () => {
  const list = read("reference/index.html");
  for (const [file, ids] of operationPlaces()) {
    const html = read(file);
    for (const id of ids) {
      expect(html).toContain(`href="#${id}"`);
      expect(list).toContain(`#${id}"`);
    }
  }
});

test("the guides show every picture that lies beside them, and no other, in its size", () => {
  const shown = pages.flatMap(([, html]) => [
    ...html.matchAll(/<img src="\.\.\/\.\.\/(pictures\/[^"]*)" [^>]*width="\d+" height="\d+"/g),
  ]);
  const beside = readdirSync(`${site}pictures`).map((name) => `pictures/${name}`);
  expect([...new Set(shown.map(([, path]) => path))].sort()).toEqual(beside.sort());
});

test.each(catalogue)("$api $code has a page with its status, message, cause, remedy, body and operations", (error) => {
  const html = read(`errors/${error.api === "v1" ? "v1/" : ""}${error.code}/index.html`);
  const text = html.replace(/<[^>]+>/g, "");
  expect(text).toContain(`${error.code} ${asHtml(error.message)}`);
  expect(text).toContain(`HTTP ${error.status}`);
  for (const prose of [error.cause, error.remedy]) expect(text).toContain(asHtml(prose));
  expect(html).toContain(error.api === "v1" ? "error_code" : "more_info");
  expect(html).toMatch(/<ul class="operations">\n<li><a href="(\.\.\/){2,3}reference\/[\w-]+\/index\.html#operation\//);
});

test("the plain address of a number is v2's, and v1's only where v2 has no such error", () => {
  for (const { code } of catalogue) {
    const v2 = catalogue.some((error) => error.api === "v2" && error.code === code);
    const html = read(`errors/${code}/index.html`);
    expect(html).toContain(`Errors of API ${v2 ? "v2" : "v1"}<`);
    expect(html.includes(`<link rel="canonical" href="../../errors/v1/${code}/index.html">`)).toBe(!v2);
  }
});

test("the list of errors has all of them", () => {
  const list = read("errors/index.html");
  for (const { api, code } of catalogue) {
    expect(list).toContain(`href="../errors/${api === "v1" ? "v1/" : ""}${code}/index.html"`);
  }
});

test("each error that a page of operations may link to has its page", () => {
  const [, data = ""] = /id="trials">([^<]+)</.exec(read("reference/services/index.html")) ?? [];
  const { errors }: { errors: string[] } = JSON.parse(data);
  expect(errors).toHaveLength(catalogue.length);
  for (const name of errors) expect(files).toContain(`errors/${name}/index.html`);
});

test("the document can be downloaded as the project has it", () => {
  expect(JSON.parse(read("openapi.json"))).toEqual(document);
});

/** The places that Redoc makes, by the files that have them. */
function operationPlaces(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  const posted = { ...source, paths: source.webhooks as OpenApiDocument["paths"] };
  for (const { operation } of [...operationsOf(source), ...operationsOf(posted)]) {
    for (const tag of operation.tags ?? []) {
      const file = `reference/${(guides as Record<string, string>)[tag]}/index.html`;
      places.set(file, [...(places.get(file) ?? []), `operation/${operation.operationId}`]);
    }
  }
  return places;
}

function idsIn(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id);
}

/** The file that an address on a page means. The page for what is not found knows only where the site is published. */
function fileOf(page: string, address: string): string {
  if (address.startsWith(publishedUrl)) return address.slice(publishedUrl.length);
  return posix.join(posix.dirname(page), address);
}

/** A text of the catalogue without its marks, as it stands between tags. */
function asHtml(text: string): string {
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function read(name: string): string {
  return readFileSync(site + name, "utf8");
}
