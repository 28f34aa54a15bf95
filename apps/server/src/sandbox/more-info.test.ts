import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxAccount } from "./sandbox.ts";

const pages = mkdtempSync(join(tmpdir(), "countersign-pages-"));
beforeAll(() => void mkdirSync(join(pages, "docs")));
afterAll(() => rmSync(pages, { recursive: true }));

/** One request for each place that an error is answered from: by a route, before it, and where there is none. */
const refused = [
  [20404, "GET", "/v2/Services/VA00000000000000000000000000000009", {}],
  [20404, "GET", "/nothing", {}],
  [20404, "GET", "/v2/%zz", {}],
  [20004, "DELETE", "/v2/Services", {}],
  [20003, "GET", "/v2/Services", { authorization: "none" }],
  [60200, "GET", "/v2/Services?Colour=red", {}],
  [20413, "POST", "/v2/Services", { "content-length": "40000" }],
  [20503, "GET", "/sandbox/clock", { prefer: "example=error20503" }],
] as const;

async function refusal(url: string, method: string, path: string, headers: Record<string, string> = {}) {
  const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
  const { port } = new URL(url);
  const options = { host: "127.0.0.1", port, path, method, agent: false, headers: { authorization, ...headers } };
  const response = await new Promise<IncomingMessage>((resolve) => get(options, resolve));
  return (await json(response)) as { code: number; more_info: string };
}

describe("with its docs beside it", () => {
  const sandbox = useSandbox(() => ({ pages }));

  test.each(refused)("leads to the page of %i there: %s %s", async (code, method, path, headers) => {
    const told = await refusal(sandbox.url, method, path, headers);
    expect(told).toMatchObject({ code, more_info: `${sandbox.url}/docs/errors/${code}/` });
  });

  test.each([
    [{ host: "localhost:4010" }, "http://localhost:4010"],
    [{ host: "sandbox:80" }, "http://sandbox"],
  ])("begins as all its addresses do, as who asks calls it: %j", async (headers, base) => {
    const { more_info } = await refusal(sandbox.url, "GET", "/nothing", headers);
    expect(more_info).toBe(`${base}/docs/errors/20404/`);
  });

  test.each([
    { host: "127.0.0.1:99999" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", forwarded: "host=evil.example" },
  ])("begins with where it was reached, whatever else a request says of that: %j", async (headers) => {
    const { more_info } = await refusal(sandbox.url, "GET", "/nothing", headers);
    expect(more_info).toBe(`${sandbox.url}/docs/errors/20404/`);
  });

  test("leads to the published page where the request does not say how it is called", async () => {
    const told = await refusal(sandbox.url, "GET", "/v2/Services", { host: "evil.example" });
    expect(told).toMatchObject({ code: 60200, more_info: "https://countersign.github.io/countersign/errors/60200" });
  });
});

describe("under a public URL, as behind a tunnel", () => {
  const sandbox = useSandbox(() => ({ pages, publicUrl: "https://verify.example.com/base/" }));

  test.each([{}, { host: "verify.example.com" }, { "x-forwarded-host": "evil.example" }])(
    "leads there: %j",
    async (headers) => {
      const { more_info } = await refusal(sandbox.url, "GET", "/nothing", headers);
      expect(more_info).toBe("https://verify.example.com/base/docs/errors/20404/");
    },
  );
});

describe("without docs beside it", () => {
  const sandbox = useSandbox();

  test.each(refused)("leads to the published page of %i: %s %s", async (code, method, path, headers) => {
    const told = await refusal(sandbox.url, method, path, headers);
    expect(told).toMatchObject({ code, more_info: `https://countersign.github.io/countersign/errors/${code}` });
  });
});
