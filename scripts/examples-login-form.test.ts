import { createClient } from "@countersign/client";
import { type Sandbox, startSandbox } from "@countersign/testing";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { launchChromium } from "../apps/docs/test-support/chromium.ts";
import { startApp as startBetterAuth } from "../apps/examples/better-auth/serve.ts";
import { startApp } from "../apps/examples/login-form/log-in.ts";
import { isWhole } from "./budget.ts";
import { looks, visit } from "./console/visit.ts";
import { faultsOf } from "./examples-page.ts";

let browser: Browser;
let sandbox: Sandbox;
let app: Awaited<ReturnType<typeof startApp>>;
/** How far the program's time is ahead. The service's own is moved by the sandbox. */
let ahead = 0;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
  app = await startApp({ ...sandbox, now: () => Date.now() + ahead });
});
afterAll(async () => {
  await browser.close();
  app.close();
  await sandbox.close();
});

const phone = looks.at(-1) as (typeof looks)[number];

describe.each(isWhole ? looks : [phone])("at $width px, $colorScheme", (look) => {
  test("a person logs in by the keyboard alone: the field is ready, a wrong code is said, and one can wait for another", async () => {
    const { page, complaints } = await visit(browser, app.url, look);
    const told: string[] = [];
    page.on("request", (request) => told.push(`${request.url()} ${request.postData()}`));
    const { key, type, isAt, isTold } = byKeyboard(page);
    const waits = (words: string) => expect.poll(() => page.locator("[role=timer]").textContent()).toEqual(words);
    const to = `+120255501${looks.indexOf(look)}0`;

    await isAt("Your phone number");
    expect(await faultsOf(page)).toEqual([]);
    await type(to.replace(/^\+1(...)(...)/, "+1 ($1) $2-"));
    await isAt("The code that we sent you");
    const field = page.locator("input");
    expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
    expect(await field.getAttribute("inputmode")).toBe("numeric");
    expect(await faultsOf(page)).toEqual([]);
    await waits(expect.stringMatching(/^You can ask for another one in 0:(30|2\d)\.$/));

    // Each time it is read out, though the words are the same.
    const said = await page.evaluateHandle(() => {
      const words: (string | null)[] = [];
      const alert = document.querySelector("[role=alert]") as Element;
      new MutationObserver((changes) => {
        if (changes.some(({ addedNodes }) => addedNodes.length)) words.push(alert.textContent);
      }).observe(alert, { childList: true });
      return words;
    });
    for (const times of [1, 2]) {
      await type("654321");
      await expect.poll(() => said.evaluate(({ length }) => length)).toBe(times);
      await isTold("That code is not right.");
      await isAt("The code that we sent you");
      expect(await field.getAttribute("aria-invalid")).toBe("true");
    }
    expect(await faultsOf(page)).toEqual([]);

    const asked = told.length;
    await key("Tab");
    await isAt("Log in");
    await key("Tab");
    await key("Enter");
    await isAt("Send it again");
    expect(told.length, "a button that waits asks for nothing").toBe(asked);
    ahead += 31_000;
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 31_000;
    });
    await waits("");
    await key("Enter");
    await isAt("The code that we sent you");
    await waits(expect.stringMatching(/ in (1:00|0:5\d)\.$/));
    expect((await sandbox.inbox.all(to)).map(({ channel }) => channel)).toEqual(["sms", "sms"]);

    await page.evaluate(() => navigator.clipboard.writeText("123 456"));
    await key("ControlOrMeta+V");
    await key("Enter");
    await page.getByRole("heading", { name: "You are logged in" }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.reload();
    await page.getByRole("heading", { name: "You are logged in" }).waitFor();
    await key("Tab");
    await key("Enter");
    await isAt("Your phone number");

    expect(told.filter((text) => /sandbox|AC0{8}|VA0{8}/.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test("it works without a script, and by e-mail and call as well", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(app.url);
  const submit = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const isTold = (words: string) => page.getByRole("alert").getByText(words).waitFor();
  const typeCode = (code: string) => page.getByLabel("The code that we sent you").fill(code);

  await page.getByLabel("Your phone number").fill("00 44 7700 900 123 x");
  await submit("Text me a code");
  await isTold("Type the number with its country code");
  expect(await page.getByLabel("Your phone number").inputValue(), "what was typed is still there").toContain("00 44");
  await page.getByLabel("Your phone number").fill("+1 202 555 0171");
  await submit("Call me with a code");
  await page.getByText("+12025550171").waitFor();
  await submit("Text me instead");
  await isTold("Another code can be sent in");
  await submit("Change the number");
  await submit("Text me a code");
  await isTold("Another code can be sent in");
  ahead += 31_000;
  await submit("Text me instead");
  await submit("Change the number");
  await submit("Use an e-mail address");
  await page.getByLabel("Your e-mail address").fill("ada@example.com");
  await submit("Send me a code");
  for (let round = 1; round < 5; round++) {
    await typeCode("000000");
    await submit("Log in");
    await isTold("That code is not right.");
  }
  await typeCode("000000");
  await submit("Log in");
  await isTold("There were too many wrong codes.");
  ahead += 31_000;
  await submit("Send it again");
  await isTold("Ask for another code in 10 minutes.");
  expect((await sandbox.inbox.all()).map(({ to, channel }) => `${channel} to ${to}`).slice(-3)).toEqual([
    "call to +12025550171",
    "sms to +12025550171",
    "email to ada@example.com",
  ]);

  await submit("Change the address");
  await page.getByLabel("Your e-mail address").fill("bob@example.com");
  await submit("Send me a code");
  await sandbox.clock.advance({ minutes: 11 });
  await typeCode("123456");
  await submit("Log in");
  await isTold("That code is not good any more.");
  await submit("Send it again");
  await typeCode("Your code is 123-456. It is good for 10 minutes.");
  await submit("Log in");
  await page.getByText("As bob@example.com.").waitFor();
  await context.close();
});

test("where a phone hands the code over, the form is sent with it, and asks for none that was typed", async () => {
  const { page, complaints } = await visit(browser, app.url, phone);
  await page.addInitScript(() => {
    const asked: string[] = [];
    const get = ({ otp, signal }: CredentialRequestOptions & { otp?: object }) =>
      new Promise((resolve, reject) => {
        asked.push(JSON.stringify(otp));
        signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        signal?.addEventListener("abort", () => asked.push("ended"));
        Object.assign(globalThis, { hand: (code: string) => resolve({ code }) });
      });
    Object.assign(globalThis, { OTPCredential: class {}, asked });
    Object.defineProperty(navigator, "credentials", { value: { get } });
  });
  await page.reload();
  const asked = () => page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  const start = async (to: string) => {
    await page.getByLabel("Your phone number").fill(to);
    await page.keyboard.press("Enter");
    await page.getByLabel("The code that we sent you").waitFor();
  };
  const isIn = () => page.getByRole("heading", { name: "You are logged in" }).waitFor();

  await start("+12025550172");
  expect(await asked()).toEqual(['{"transport":["sms"]}']);
  await page.evaluate(() => (globalThis as unknown as { hand(code: string): void }).hand("123456"));
  await isIn();
  await page.getByRole("button", { name: "Log out" }).click();
  await start("+12025550173");
  await page.keyboard.type("123456");
  await page.keyboard.press("Enter");
  await isIn();
  expect((await asked()).at(-1)).toBe("ended");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("nobody gets past a step by asking for the next, nor sends one from another site's form", async () => {
  let cookie = "";
  const ask = async (action: string, fields: Record<string, string> = {}, site = "same-origin") => {
    const headers = { cookie, "sec-fetch-site": site };
    const body = new URLSearchParams(fields);
    const answer = await fetch(`${app.url}/${action}`, { method: "POST", headers, body, redirect: "manual" });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return answer.status === 303 ? (await fetch(app.url, { headers: { cookie } })).text() : answer.status;
  };
  for (const action of ["check", "again", "change", "leave"])
    expect(await ask(action, { code: "123456", to: "+12025550174" })).toContain("Your phone number");
  for (const site of ["cross-site", "same-site"]) expect(await ask("start", { to: "+12025550174" }, site)).toBe(415);
  for (const headers of [{}, { origin: "https://example.com" }])
    expect((await fetch(`${app.url}/start`, { method: "POST", body: new URLSearchParams(), headers })).status).toBe(
      415,
    );
  expect(await ask("toString")).toBe(404);

  await ask("start", { to: "+12025550174" });
  expect(await ask("check", { to: "+12025550175", code: "000000" })).toContain("That code is not right.");
  const before = cookie;
  expect(await ask("check", { code: "123456" })).toContain("You are logged in");
  expect(await ask("start", { to: "+12025550175" })).toContain("+12025550174");
  cookie = before;
  expect(await ask("leave"), "the cookie of before").toContain("Your phone number");
  expect(await ask("start", { to: '"><b>@x' })).toContain('value="&#34;&#62;&#60;b&#62;@x"');
});

test("a page of better-auth logs a person in, and says in words what went wrong", async () => {
  const auth = await startBetterAuth(sandbox);
  const { page, complaints } = await visit(browser, auth.url, phone);
  const { type, isAt, isTold } = byKeyboard(page);
  await isAt("Your phone number, with its country code");
  expect(await faultsOf(page)).toEqual([]);
  await type(sandbox.outcome(60605));
  await isTold("We cannot send a code there.");
  await type("+1 202 555 0177");
  await isAt("The code that we sent you");
  expect(await faultsOf(page)).toEqual([]);
  await page.reload();
  await isAt("Your phone number, with its country code");
  await type("+1 202 555 0177");
  await isTold("Another code can be sent in");
  await isAt("The code that we sent you");
  await type("654321");
  await isTold("Invalid OTP");
  await type("123 456");
  await page.getByText("You are logged in as +12025550177.").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
  auth.close();
});

test("who cannot be helped is told no more than to try again, by either page", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const fetch = () => Promise.reject(new TypeError("fetch failed: 10.0.0.7 refused"));
  const client = createClient({ accountSid: "AC00000000000000000000000000000001", authToken: "x", fetch });
  const { serviceSid } = sandbox;
  const apps = await Promise.all([startApp({ client, serviceSid }), startBetterAuth({ client, serviceSid })]);
  for (const { url, close } of apps) {
    const { page } = await visit(browser, url, phone);
    await byKeyboard(page).type("+12025550178");
    await byKeyboard(page).isTold("Something went wrong here. Try again in a minute.");
    expect(await page.getByLabel("Your phone number").inputValue(), "what was typed").toBe("+12025550178");
    close();
    await page.keyboard.press("Enter");
    await byKeyboard(page).isTold("There is no connection. Try again.");
    await page.context().close();
  }
  log.mockRestore();
});

/** What a person does who has no mouse, and what is said to one who sees nothing. */
function byKeyboard(page: Page) {
  const key = (name: string) => page.keyboard.press(name);
  return {
    key,
    async type(text: string) {
      await page.keyboard.type(text);
      await key("Enter");
    },
    isAt: (name: string) =>
      expect
        .poll(() =>
          page.evaluate(
            () =>
              (document.activeElement as HTMLInputElement)?.labels?.[0]?.textContent ??
              document.activeElement?.textContent,
          ),
        )
        .toBe(name),
    isTold: (words: string) => page.getByRole("alert").getByText(words).waitFor(),
  };
}
