import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asBrowsers, makePages } from "../../test-support/pages.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";
import { prefersHtml } from "./pages.ts";

const script = `console.log(${JSON.stringify("a".repeat(5_000))});`;
let sandbox: Running;

beforeAll(async () => {
  sandbox = await startSandbox({ pages: makePages(script) });
});
afterAll(() => sandbox.close());

test("the console is at / for browsers, and for programs there is what there was", async () => {
  const page = await get("/", { accept: asBrowsers });
  expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
  expect(page.text).toContain("<title>Console</title>");
  expect((await get("/?screen=inbox", { accept: asBrowsers })).status).toBe(200);
  for (const accept of [undefined, "*/*", "application/json", "application/json, text/html", "text/html;q=0"]) {
    const answer = await get("/", accept === undefined ? {} : { accept });
    expect(answer, accept).toMatchObject({
      status: 404,
      headers: { "content-type": "application/json; charset=utf-8" },
    });
    expect(JSON.parse(answer.text), accept).toMatchObject({ code: 20404 });
  }
  expect((await send("POST", "/", { accept: asBrowsers })).status).toBe(404);
  expect(await send("HEAD", "/", { accept: asBrowsers })).toMatchObject({ status: 200, text: "" });
});

test("HTML is preferred where it is accepted more than JSON", () => {
  for (const yes of [asBrowsers, "text/html", "text/*", "TEXT/HTML, application/json;q=0.9"]) {
    expect(prefersHtml(yes), yes).toBe(true);
  }
  for (const no of [
    "",
    "*/*",
    "image/png",
    "application/json;q=0.9, text/html;q=0.8",
    "*/*, text/html;q=0.1",
    ";,;q=",
  ]) {
    expect(prefersHtml(no), no).toBe(false);
  }
});

test("the page runs, shows and asks nothing but what is its own, and is in nobody's frame", async () => {
  const { headers } = await get("/", { accept: asBrowsers });
  expect(headers["content-security-policy"]?.split("; ").sort()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "require-trusted-types-for 'script'",
    "script-src 'self'",
    "style-src 'self'",
    "trusted-types preview",
  ]);
  expect(headers).toMatchObject({
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    vary: "Accept, Accept-Encoding",
  });
  expect(headers["permissions-policy"]).toContain("camera=()");
});

test("a file whose name tells its content is kept for ever, and others are asked for again", async () => {
  const hashed = await get("/assets/index-A1b2_-c3.js");
  expect(hashed.headers).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": "text/javascript; charset=utf-8",
  });
  expect((await get("/assets/plain.js")).headers["cache-control"]).toBe("no-cache");
  const again = await get("/assets/plain.js", { "if-none-match": (await get("/assets/plain.js")).headers.etag ?? "" });
  expect(again).toMatchObject({ status: 304, text: "" });
});

test("it is compressed as the browser can read it, each under a tag of its own", async () => {
  const [br, gzip, plain] = await Promise.all(
    ["gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0", "br;q=0.0"].map((encoding) =>
      get("/assets/plain.js", { "accept-encoding": encoding }),
    ),
  );
  expect(br?.headers["content-encoding"]).toBe("br");
  expect(brotliDecompressSync(br?.body ?? Buffer.alloc(0)).toString()).toBe(script);
  expect(gzip?.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(gzip?.body ?? Buffer.alloc(0)).toString()).toBe(script);
  expect(plain).toMatchObject({ text: script });
  expect(plain?.headers["content-encoding"]).toBeUndefined();
  expect(new Set([br, gzip, plain].map((answer) => answer?.headers.etag)).size).toBe(3);
});

test("the docs are below /docs/", async () => {
  expect((await get("/docs/")).text).toContain("<title>Docs</title>");
  expect((await get("/docs")).headers.location).toBe("/docs/");
  expect((await get("/docs?from=mail")).headers.location).toBe("/docs/?from=mail");
  expect((await get("/docs/?from=mail")).text).toContain("<title>Docs</title>");
  expect((await get("/docs/errors/60203")).headers.location).toBe("/docs/errors/60203/");
  expect((await get("/docsx")).status).toBe(404);
  expect((await get("/docs/none")).status).toBe(404);
});

test("nothing else is read, and no operation is hidden", async () => {
  for (const path of [
    "/secret.txt",
    "/index.html",
    "/assets/",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/docs/../secret.txt",
    "/docs/..%2fsecret.txt",
    "//secret.txt",
    "/console",
    "/assets/index-A1b2_-c3.js/",
    "/assets/__proto__",
  ]) {
    const answer = await get(path, { accept: asBrowsers });
    expect(answer.status, path).toBe(404);
    expect(answer.text, path).not.toContain("of nobody's business");
  }
  expect((await get("/v2/Services", { accept: asBrowsers })).status).toBe(401);
});

test("a server that has no pages beside it answers as one that has none", async () => {
  const without = await startSandbox();
  for (const path of ["/", "/docs/", "/assets/plain.js"]) {
    expect((await fetch(without.url + path, { headers: { accept: asBrowsers } })).status, path).toBe(404);
  }
  await without.close();
});

const get = (path: string, headers: Record<string, string> = {}) => send("GET", path, headers);

/** Sends the path and the headers as they are: `fetch` would resolve dots, and add some of its own. */
function send(method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; headers: Record<string, string>; body: Buffer; text: string }>(
    (resolve, reject) => {
      request({ port: sandbox.port, path, method, headers }, async (response) => {
        const body = Buffer.concat(await response.toArray());
        const { statusCode: status } = response;
        resolve({ status, headers: response.headers as Record<string, string>, body, text: body.toString() });
      })
        .on("error", reject)
        .end();
    },
  );
}
