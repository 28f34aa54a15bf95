import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startMock } from "@countersign/mock";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "@countersign/server";
import { errorCatalogue } from "@countersign/types";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../apps/docs/test-support/chromium.ts";

const { accountSid, authToken } = sandboxAccount;
const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
const start = `/v2/Services/${sandboxServiceSid}/Verifications`;

/** Answers an empty page under whatever name it is called by. */
const site = createServer((_, response) =>
  response.setHeader("content-type", "text/html").end("<title>A page</title>"),
);
let browser: Browser;
beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium(["--host-resolver-rules=MAP app.example 127.0.0.1"]);
});
afterAll(async () => {
  await browser.close();
  site.close();
});

/** What a page of that host reads of an answer: its status and id, or that the browser kept it from the page. */
async function readBy(host: string, url: string, body?: string) {
  const page = await browser.newPage();
  await page.goto(`http://${host}:${(site.address() as AddressInfo).port}/`);
  const read = await page.evaluate(
    async ({ url, authorization, body }) => {
      const form = body === undefined ? {} : { method: "POST", body: new URLSearchParams(body) };
      const answer = await fetch(url, { headers: { authorization }, ...form }).catch(() => undefined);
      return answer ? [answer.status, answer.headers.get("twilio-request-id")?.slice(0, 2)] : "kept from the page";
    },
    { url, authorization, body },
  );
  await page.close();
  return read;
}

test.each([
  ["the sandbox", () => startSandbox()],
  ["the mock", () => startMock()],
])("a page of another origin calls %s, and reads refusals and ids as well", async (_, launch) => {
  const server = await launch();
  expect(await readBy("app.example", server.url + start, "To=%2B12025550123&Channel=sms")).toEqual([201, "RQ"]);
  expect(await readBy("app.example", server.url + start, "To=%2B12025550123&Channel=pigeon")).toEqual([400, "RQ"]);
  expect(await readBy("app.example", `${server.url}/v2/Services`)).toEqual([200, "RQ"]);
  await server.close();
});

test("a page of this machine reads the sandbox's inbox, and no other does", async () => {
  const sandbox = await startSandbox();
  expect(await readBy("localhost", `${sandbox.url}/sandbox/messages`)).toEqual([200, "RQ"]);
  expect(await readBy("app.example", `${sandbox.url}/sandbox/messages`)).toBe("kept from the page");
  await sandbox.close();
});

test("every error of v2 leads to its page in the sandbox's own docs", async () => {
  const sandbox = await startSandbox();
  const { more_info } = (await (await fetch(`${sandbox.url}/nothing`)).json()) as { more_info: string };
  expect(more_info).toBe(`${sandbox.url}/docs/errors/20404/`);
  for (const { code } of errorCatalogue.filter(({ api }) => api === "v2")) {
    const page = await fetch(more_info.replace("20404", String(code)));
    expect([code, page.status, (await page.text()).includes(`${code}`)]).toEqual([code, 200, true]);
  }
  await sandbox.close();
});
