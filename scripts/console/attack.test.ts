import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "@countersign/server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { callerOf } from "./sample.ts";

const account = { Sid: sandboxAccount.accountSid, Secret: sandboxAccount.authToken };
let browser: Browser;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
});

test("CSRF and clickjacking: a page of somebody else's reads nothing, changes nothing and frames nothing, of this machine too", async () => {
  const call = callerOf(sandbox.url);
  const before = (await call("/v2/Services")).services.length;
  const evil = createServer((_request, response) => response.end(`<iframe src="${sandbox.url}/"></iframe>`));
  await once(evil.listen(0, "127.0.0.1"), "listening");
  const { port } = evil.address() as AddressInfo;
  const context = await browser.newContext();
  // Logged in besides.
  const own = await context.newPage();
  await own.goto(`${sandbox.url}/`);
  await own.evaluate(logIn, account);
  for (const host of ["127.0.0.1", "localhost"]) {
    const page = await context.newPage();
    await page.goto(`http://${host}:${port}/`);
    const heard = await page.evaluate(
      async ({ url, service }) => {
        const ask = async (path: string, init: RequestInit) => {
          const answer = await fetch(url + path, init).catch(() => undefined);
          return answer?.type === "opaque" ? "opaque" : (answer?.status ?? "nothing");
        };
        const body = new URLSearchParams({ FriendlyName: "Evil" });
        return [
          await ask("/v2/Services", { method: "POST", body, credentials: "include" }),
          await ask("/v2/Services", { method: "POST", body, mode: "no-cors", credentials: "include" }),
          await ask("/console/session", { credentials: "include" }),
          await ask("/sandbox/messages", { credentials: "include" }),
          await ask(`/v2/Services/${service}`, { method: "DELETE", credentials: "include" }),
        ];
      },
      { url: sandbox.url, service: sandboxServiceSid },
    );
    expect(heard.filter((status) => status === 200 || status === 201 || status === 204)).toEqual([]);
    const framed = page.frames()[1];
    await expect.poll(() => framed?.url()).toMatch(/^chrome-error:/);
    await page.close();
  }
  const { services } = await call("/v2/Services");
  expect(services).toHaveLength(before);
  await context.close();
  evil.close();
});

test.each(["127.0.0.1", "localhost"])(
  "a browser keeps the cookie of a login at http://%s, where nobody can listen, and shows it to no script",
  async (host) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(sandbox.url.replace("127.0.0.1", host));
    expect(await page.evaluate(logIn, account)).toBe(201);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    expect(await context.cookies()).toMatchObject([
      { name: "__Host-countersign", httpOnly: true, secure: true, sameSite: "Strict", path: "/", domain: host },
    ]);
    await context.close();
  },
);

async function logIn(fields: Record<string, string>): Promise<number> {
  return (await fetch("/console/session", { method: "POST", body: new URLSearchParams(fields) })).status;
}
