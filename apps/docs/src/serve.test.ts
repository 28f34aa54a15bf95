import { execFile } from "node:child_process";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Docs, startDocs } from "./serve.ts";

let docs: Docs;

beforeAll(async () => {
  docs = await startDocs();
});

afterAll(() => docs.close());

test("a page comes with its own policy as a header, and with the other safe headers", async () => {
  const response = await fetch(docs.url);
  const stated = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(await response.text())?.[1];
  expect(response.headers.get("content-security-policy")).toBe(`${stated}; frame-ancestors 'none'`);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
});

test("the first page is at most 150 kB, with all that it loads", async () => {
  const html = await (await fetch(docs.url)).text();
  const loaded = [...html.matchAll(/<(?:script|img|link)\b[^>]*?(?:src|href)="(?!data:)([^"]+)"/g)].map(
    ([, path]) => path,
  );
  expect(loaded.length).toBeGreaterThan(2);
  const lengths = await Promise.all(
    ["index.html", ...loaded].map(async (path) => {
      const { headers } = await fetch(`${docs.url}${path}`, { method: "HEAD", headers: { "accept-encoding": "br" } });
      expect(headers.get("content-encoding"), path).toBe("br");
      return Number(headers.get("content-length"));
    }),
  );
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(150_000);
});

test("pages are compressed and asked for again only if they changed, and what they load is kept for good", async () => {
  for (const path of ["guides/testing/index.html", "errors/60203/index.html", "reference/services/index.html"]) {
    const page = await fetch(docs.url + path, { headers: { "accept-encoding": "br" } });
    expect([page.headers.get("content-encoding"), page.headers.get("cache-control")], path).toEqual(["br", "no-cache"]);
    const headers = { "if-none-match": String(page.headers.get("etag")), "accept-encoding": "br" };
    expect((await fetch(docs.url + path, { headers })).status, path).toBe(304);
    for (const [, asset = ""] of (await page.text()).matchAll(/"((?:\.\.\/)+assets\/[^"]+)"/g)) {
      const { headers } = await fetch(new URL(asset, docs.url + path), { method: "HEAD" });
      expect(headers.get("cache-control"), asset).toContain("immutable");
    }
  }
});

test("the document is served as JSON", async () => {
  const response = await fetch(`${docs.url}openapi.json`);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(await response.json()).toMatchObject({ openapi: "3.1.0" });
});

test("a folder's address gets its slash, so that its relative links hold", async () => {
  const response = await fetch(`${docs.url}errors/60203`, { redirect: "manual" });
  expect(response.status).toBe(301);
  expect(response.headers.get("location")).toBe("/errors/60203/");
  const asked = await fetch(`${docs.url}guides/testing?from=mail`, { redirect: "manual" });
  expect(asked.headers.get("location")).toBe("/guides/testing/?from=mail");
});

test.each([
  "/none",
  "/../package.json",
  "/%2e%2e/package.json",
  "/..%2fserve.js",
  "/errors/..\\..\\serve.js",
  "//",
  "/%",
])("%s is not found", async (path) => {
  expect(await statusOf("GET", path)).toBe(404);
});

test("the page for what is not found leads back to this server's site", async () => {
  expect(await (await fetch(`${docs.url}none`)).text()).toContain('href="/index.html"');
});

test("a whole address is answered as its path", async () => {
  expect(await statusOf("GET", `${docs.url}errors/`)).toBe(200);
  expect(await statusOf("GET", `${docs.url}none`)).toBe(404);
});

test("only reading is allowed", async () => {
  expect(await statusOf("HEAD", "/")).toBe(200);
  expect(await statusOf("POST", "/")).toBe(405);
});

test("a site under a base path is served there alone", async () => {
  const inFolder = await startDocs({ basePath: "/countersign/" });
  const { origin } = new URL(inFolder.url);
  expect((await fetch(inFolder.url)).status).toBe(200);
  expect((await fetch(`${origin}/`)).status).toBe(404);
  await inFolder.close();
});

test("a port that is taken, or none, is told in one line", async () => {
  const { port } = new URL(docs.url);
  const script = fileURLToPath(new URL("../dist/serve.js", import.meta.url));
  const told = (given: string) =>
    new Promise((resolve) => {
      execFile(process.execPath, [script, "--port", given], (error, _, stderr) => resolve([error?.code, stderr]));
    });
  expect(await told(port)).toEqual([1, `Port ${port} is taken. Choose another with --port or DOCS_PORT.\n`]);
  expect(await told("")).toEqual([1, '"" is no port: a number from 0 to 65535 is.\n']);
});

/** Sends the path as it is: `fetch` would resolve its dots. */
function statusOf(method: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(docs.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}
