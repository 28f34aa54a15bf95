import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../test-support/chromium.ts";
import { desktop, phone, visit, waitUntilOnTop } from "../test-support/visit.ts";
import { type Docs, startDocs } from "./serve.ts";

const files = new URL("../dist/site/", pathToFileURL(import.meta.filename)).href;

let browser: Browser;
let atRoot: Docs;
let inFolder: Docs;

beforeAll(async () => {
  [browser, atRoot, inFolder] = await Promise.all([
    launchChromium(),
    startDocs(),
    startDocs({ basePath: "/countersign/" }),
  ]);
});

afterAll(async () => {
  await Promise.all([browser.close(), atRoot.close(), inFolder.close()]);
});

const places = [
  { place: "the root of a host", site: () => atRoot.url },
  { place: "a folder of a host", site: () => inFolder.url },
  { place: "files", site: () => files },
];

describe.each(places)("from $place", ({ site }) => {
  test("old addresses lead on, links lead from page to page, and nobody else is asked", async () => {
    const { page, foreignRequests, complaints } = await visit(
      browser,
      site(),
      "index.html#tag/Errors/60203-Max-send-attempts-reached",
    );
    await page.getByRole("heading", { level: 1, name: "60203 Max send attempts reached" }).waitFor();
    await page.getByRole("link", { name: "Start a verification" }).click();
    await waitUntilOnTop(page, "operation/createVerification");
    await page.getByRole("link", { name: "Verifications", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "Verifications" }).waitFor();
    for (const [old, now] of [
      ["#tag/Testing/Move-time", "guides/testing/index.html#Move-time"],
      ["#tag/Errors/99999-None", "guides/errors/index.html#99999-None"],
      ["#tag/Command-line", "guides/cli/index.html"],
      ["#operation/fetchForm", "reference/forms/index.html#operation/fetchForm"],
      ["#tag/Forms/operation/fetchForm", "reference/forms/index.html#operation/fetchForm"],
      ["#tag/Errors/V1-60022-Verification-code-is-incorrect", "errors/v1/60022/index.html"],
    ] as const) {
      await page.goto(`${site()}index.html${old}`);
      await page.waitForURL(site() + now);
    }
    for (const none of ["#tag/constructor", "#operation/constructor", "#%E0%A4%A"]) {
      await page.goto(`${site()}index.html${none}`);
      await page.getByRole("heading", { level: 2, name: "Try it" }).waitFor();
      expect(page.url()).toBe(`${site()}index.html${none}`);
    }
    await page.goto(`${site()}reference/forms/index.html#%E0%A4%A`);
    await page.locator('[id="operation/fetchForm"]').waitFor({ state: "attached", timeout: 10_000 });
    expect(foreignRequests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test("on a phone nothing is wider than the window, and a link to an operation lands on it", async () => {
  for (const path of ["index.html", "guides/verifications/index.html", "errors/60203/index.html"]) {
    const { page } = await visit(browser, atRoot.url, path, phone);
    expect(await tooWide(page), path).toBe(false);
    await page.close();
  }
  const { page, complaints } = await visit(
    browser,
    atRoot.url,
    "reference/verification-checks/index.html#operation/createVerificationCheck",
    phone,
  );
  await waitUntilOnTop(page, "operation/createVerificationCheck");
  expect(await tooWide(page)).toBe(false);
  const operation = page.locator('[id="operation/createVerificationCheck"]');
  for (const [tab, text] of [
    ["curl", "--data-urlencode 'Code="],
    ["Client", 'from "@countersign/client"'],
    ["Twilio SDK", ".verificationChecks.create({ "],
  ] as const) {
    await operation.getByRole("tab", { name: tab }).click();
    expect(await operation.locator(".react-tabs__tab-panel--selected").first().textContent()).toContain(text);
  }
  await operation.getByRole("button", { name: /^404/ }).click();
  await operation.getByRole("link", { name: "what to do" }).click();
  await page.getByRole("heading", { level: 1, name: /^20404/ }).waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test("the first page answers how to try, integrate, test and run it, each within a screen", async () => {
  const { page } = await visit(browser, atRoot.url, "");
  const tops = await page.locator("main h2").evaluateAll((headings) => {
    const ends = [...headings, document.querySelector("footer") as Element];
    return headings.map(({ textContent }, index) => {
      const [from, to] = [ends[index], ends[index + 1]].map((end) => end?.getBoundingClientRect().top ?? 0);
      return { textContent, height: (to ?? 0) - (from ?? 0) };
    });
  });
  expect(tops.map(({ textContent }) => textContent)).toEqual(["Try it", "Integrate it", "Test it", "Run it"]);
  for (const { textContent, height } of tops) expect(height, `${textContent}`).toBeLessThan(desktop.height);
  await page.close();
});

function tooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

test("other colours are drawn at once, where the reader is, and leave what was typed as it is", async () => {
  const { page, complaints } = await visit(browser, atRoot.url, "reference/forms/index.html#operation/fetchForm");
  await waitUntilOnTop(page, "operation/fetchForm");
  await page.getByRole("button", { name: "Try it: " }).first().click();
  const field = page.getByRole("dialog").getByRole("textbox").first();
  await field.fill("typed");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector("#redoc h2") as Element).color === "rgb(227, 235, 238)",
  );
  expect(await field.inputValue()).toBe("typed");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await waitUntilOnTop(page, "operation/fetchForm");
  expect(await page.getByRole("button", { name: "Try it: " }).count()).toBe(1);
  await page.getByRole("button", { name: "Light colours" }).click();
  await page.reload();
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  expect(complaints).toEqual([]);
  await page.close();
});
