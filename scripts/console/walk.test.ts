import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { sandboxAccount } from "@countersign/server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { type Looks, visit } from "./visit.ts";

const desk: Looks = { width: 1440, height: 900, colorScheme: "light" };
const { accountSid, authToken } = sandboxAccount;
let browser: Browser;
let program: ChildProcess;
let url: string;
beforeAll(async () => {
  [browser, url] = await Promise.all([launchChromium(), npmStart()]);
});
afterAll(async () => {
  await browser.close();
  program.kill("SIGINT");
  await once(program, "exit");
});

/** Runs what `npm start` runs. @returns the address that it prints first */
async function npmStart(): Promise<string> {
  const started = spawn(process.execPath, ["--import", "tsx", "start.ts"], {
    cwd: fileURLToPath(new URL("../", import.meta.url)),
    env: { ...process.env, PORT: "0", MOCK_PORT: "0", DOCS_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  program = started;
  let text = "";
  started.stdout.on("data", (chunk) => {
    text += chunk;
  });
  while (!text.includes("Ctrl-C")) await once(started.stdout, "data");
  return /https?:\S+/.exec(text)?.[0] ?? "";
}

test("a newcomer sends a code, sees it come, checks it, and reads what happened, why not, and that it expired", async () => {
  const { page, complaints } = await visit(browser, url, desk);
  const main = page.locator("main");
  const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();

  // The empty inbox shows the call with this server's own address, and a button that makes it.
  await main.getByText(`${url}/v2/Services/`).waitFor();
  await main.getByRole("button", { name: "Send a code to +12025550123" }).click();
  await main.locator(".code").filter({ hasText: "123456" }).waitFor();
  await main.getByText("1 SMS, 38 characters").waitFor();
  await page.keyboard.press("c");
  await page.getByText("Code copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("123456");

  await main.getByRole("button", { name: "Check it" }).click();
  await main.getByText("approved", { exact: true }).waitFor();
  await main.getByRole("link", { name: "Open the verification" }).click();
  await heading("Verification");
  await main.locator(".timeline li").last().waitFor();
  const facts = await main.locator(".timeline .badge").allTextContents();
  expect(facts).toEqual(["Started", "Sent", "Handed over", "Delivered", "Approved"]);

  // An error by its name, with why and what to do.
  await page.getByRole("link", { name: "Try it" }).click();
  await heading("Try it");
  await main.getByLabel("What the sandbox shall answer").selectOption("60203");
  await main.getByRole("button", { name: "Start", exact: true }).click();
  const problem = main.locator(".problem");
  await problem.getByText("Max send attempts reached").waitFor();
  expect(await problem.textContent()).toMatch(/Cause.*Five messages.*Remedy.*Wait for the number of seconds/);
  await main.getByRole("link", { name: "Open the request" }).click();
  await heading("Request");
  await main.getByText("60203").first().waitFor();

  // Another start, and ten minutes that nobody waits for.
  await page.getByRole("link", { name: "Try it" }).click();
  await main.getByRole("button", { name: "Start", exact: true }).click();
  await main.getByRole("link", { name: "Open the verification" }).click();
  await main.getByText("pending", { exact: true }).waitFor();
  const address = page.url();
  await page.goBack();
  await main.getByRole("button", { name: "+10 min" }).click();
  await page.getByText("The clock went ahead: +10 min").waitFor();
  await page.goto(address);
  await main.locator(".timeline").getByText("Expired").waitFor();
  await main.getByText("its window ended without the right code").waitFor();

  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a message that comes does not move what one reads, and a thread keeps its place", async () => {
  await post("/sandbox/reset", {});
  const { page } = await visit(browser, url, desk);
  await start("+12025550101");
  await page.getByText("+12025550101").first().waitFor();
  await start("+12025550102");
  const threads = page.locator(".threads strong");
  await threads.filter({ hasText: "+12025550102" }).waitFor();
  expect(await threads.allTextContents()).toEqual(["+12025550102", "+12025550101"]);
  expect(await page.locator(".thread").getAttribute("aria-label")).toBe("Messages to +12025550101");
  await start("+12025550101");
  await page.locator(".thread .message").nth(1).waitFor();
  expect(await threads.allTextContents()).toEqual(["+12025550102", "+12025550101"]);
  await page.context().close();
});

test("new verifications wait behind their number", async () => {
  await post("/sandbox/reset", {});
  await start("+12025550101");
  const { page } = await visit(browser, `${url}/#/verifications`, desk);
  const rows = page.locator("main tbody tr");
  await rows.first().waitFor();
  await start("+12025550102");
  await start("+15005560203");
  // As when the tab is looked at again: it asks at once.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.getByRole("button", { name: "2 new" }).waitFor();
  expect(await rows.count()).toBe(1);
  await page.getByRole("button", { name: "2 new" }).click();
  await rows.nth(2).waitFor();
  expect(await rows.filter({ hasText: "refused" }).count()).toBe(1);
  await page.context().close();
});

const start = (To: string) =>
  post("/v2/Services/VA00000000000000000000000000000001/Verifications", { To, Channel: "sms" });

function post(path: string, fields: Record<string, string>): Promise<Response> {
  const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
  return fetch(url + path, { method: "POST", headers: { authorization }, body: new URLSearchParams(fields) });
}
