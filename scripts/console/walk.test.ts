import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { sandboxAccount } from "@countersign/server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { deviceOf } from "./device.ts";
import { type Looks, open, visit } from "./visit.ts";

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
  await problem.getByText("Remedy").waitFor();
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

test("a newcomer makes an authenticator app, and sees what its code is worth once, again, and after the person is deleted", async () => {
  const { page, complaints } = await visit(browser, url, desk);
  const main = page.locator("main");
  const told = main.locator("[role=status]");
  await page.keyboard.type("ge");
  await main.getByText("No entities").waitFor();
  await page.getByText("Make an entity").click();
  await main.getByLabel(/^Identity required/).fill("ada@example.com");
  await main.getByRole("button", { name: "Make the entity" }).click();
  await main.locator(".problem").getByText("email_address").waitFor();
  await main.getByLabel(/^Identity required/).fill("user-00000051");
  await page.keyboard.press("Enter");
  await main.getByText("None: there is nothing yet that could be asked for.").waitFor();
  await page.getByText("Make a factor, an authenticator app").click();
  await main.getByLabel(/^FriendlyName required/).fill("Ana’s phone");
  await page.keyboard.press("Enter");
  await main.getByText(/^otpauth:\/\/totp\/.*user-00000051|^otpauth:/).waitFor();
  const meet = async (badge: string, words: string) => {
    await main.getByRole("button", { name: "Try", exact: true }).click();
    await told.getByText(badge, { exact: true }).waitFor();
    await told.getByText(words).waitFor();
  };
  await main.getByRole("button", { name: "Read the app" }).click();
  await expect.poll(() => main.getByLabel("Code", { exact: true }).inputValue()).toMatch(/^\d{6}$/);
  await meet("verified", "The code is right, and the factor is in use.");
  await meet("approved", "The code is right. It is right once.");
  await meet("pending", "The code is wrong, or was used before.");
  const challenges = main.getByRole("table", { name: "Challenges, newest first" }).locator("tbody tr");
  await expect.poll(() => challenges.count()).toBe(2);
  await main.getByLabel("Status").selectOption("approved");
  await expect.poll(() => challenges.count()).toBe(1);
  await challenges.getByRole("button").click();
  await page.getByRole("dialog").getByText('"responded_reason": "none"').waitFor();
  await page.keyboard.press("Escape");

  await main.getByRole("button", { name: "Delete", exact: true }).first().click();
  await page.getByLabel("Type user-00000051 to go on").fill("user-00000051");
  await page.getByRole("button", { name: "Delete the entity" }).click();
  await main.getByText("No entities").waitFor();
  await main.getByLabel("Identity", { exact: true }).fill("user-00000051");
  await page.keyboard.press("Enter");
  await main.locator(".problem").getByText("20404", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await main.getByText("No entities").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("whoever has no phone enrols one that the sandbox plays, is asked, approves in the inbox and denies beside the factor", async () => {
  const { page, complaints } = await visit(browser, url, desk);
  const main = page.locator("main");
  await page.keyboard.type("ge");
  await page.getByText("Make an entity").click();
  await main.getByLabel(/^Identity required/).fill("user-00000052");
  await page.keyboard.press("Enter");
  await page.getByText("Enrol a phone that the sandbox plays").click();
  await main
    .getByLabel(/^FriendlyName/)
    .last()
    .fill("Ana’s phone");
  await page.keyboard.press("Enter");
  await main.getByText("push, by fcm").waitFor();
  await main.getByRole("button", { name: "Ask", exact: true }).click();
  await main.getByRole("button", { name: "Approve Log in to Acme?" }).waitFor();

  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await main.getByRole("link", { name: /user-00000052/ }).click();
  await main.getByText("5 min left").or(main.getByText("4 min left")).first().waitFor();
  await main.getByRole("button", { name: "Approve Log in to Acme?" }).focus();
  await page.keyboard.press("Enter");
  await main.getByText("approved", { exact: true }).waitFor();
  expect(await main.getByRole("button", { name: /^Approve/ }).count()).toBe(0);

  await main.getByRole("link", { name: "Open the entity" }).click();
  await main.getByLabel("Message", { exact: true }).fill("Change your address?");
  await page.keyboard.press("Enter");
  await main.getByRole("button", { name: "Deny Change your address?" }).click();
  await main.locator("td").getByText("denied", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a browser registers a passkey for a person, logs in by it, and makes no second one over it", async () => {
  const { page, complaints } = await visit(browser, url, desk);
  const device = await deviceOf(page);
  const main = page.locator("main");
  const registers = main.getByRole("button", { name: "Register a passkey with this browser" });
  await page.keyboard.type("ge");
  await page.getByText("Make an entity").click();
  await main.getByLabel(/^Identity required/).fill("user-00000053");
  await page.keyboard.press("Enter");
  await registers.click();
  await main.getByRole("button", { name: "Log in with a passkey" }).click();
  await main.locator("td").getByText("approved", { exact: true }).waitFor();
  await registers.click();
  await main.locator(".problem").waitFor();
  expect(await device.passkeys()).toMatchObject([{ rpId: "localhost", signCount: 2 }]);
  await page.goto(page.url().replace("localhost", "127.0.0.1"));
  expect(await main.getByRole("link", { name: "open it as localhost" }).getAttribute("href")).toMatch(
    `${url}/#/entities/`,
  );
  await page.context().close();
  expect(complaints.filter((text) => !text.startsWith("asked http://127.0.0.1"))).toEqual([]);
});

test("a webhook that does not take the test is refused with the cause, and what it does not take later is told by its name", async () => {
  let status = 503;
  const receiver = createServer((_, response) => response.writeHead(status).end()).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const address = `http://127.0.0.1:${(receiver.address() as { port: number }).port}/`;
  const { page, complaints } = await visit(browser, url, desk);
  const main = page.locator("main");
  await open(page, "/services/VA00000000000000000000000000000001?tab=Webhooks");
  await main.getByText("None.").waitFor();
  await page.getByText("Make a webhook").click();
  await main.getByLabel(/^FriendlyName/).fill("Factor events");
  await main.getByLabel("factor.created").check();
  await main.getByLabel(/^WebhookUrl/).fill(address);
  await page.keyboard.press("Enter");
  await main.locator(".problem").getByText("60330", { exact: true }).waitFor();
  await main.locator(".problem").getByText("Cause").waitFor();
  expect(await main.locator(".problem").textContent()).toMatch(/Cause.*Details.*"failure":"status","status":503/);
  status = 200;
  await main.getByRole("button", { name: "Make the webhook" }).click();
  const told = (state: string) => main.getByText(`Factor events, ${state}, v2: factor.created to ${address}`);
  await told("enabled").waitFor();

  status = 503;
  const person = "/v2/Services/VA00000000000000000000000000000001/Entities/user-00000052";
  await post(`${person}/Factors`, { FriendlyName: "Ana’s phone", FactorType: "totp" });
  await open(page, "/deliveries");
  await main.getByRole("link", { name: "Factor events" }).click();
  await told("enabled").click();
  const form = main.locator("li form");
  await form.getByLabel(/^Status/).selectOption("disabled");
  await form.getByRole("button", { name: "Save" }).click();
  await told("disabled").waitFor();
  await main.getByRole("button", { name: /^Delete Factor events/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await main.getByText("None.").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
  receiver.close();
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
