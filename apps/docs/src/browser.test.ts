import { pathToFileURL } from "node:url";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../test-support/chromium.ts";
import { phone, visit, waitUntilOnTop } from "../test-support/visit.ts";
import { errorAnchors } from "./anchors.ts";
import { type Docs, startDocs } from "./serve.ts";

const source = openapi as unknown as OpenApiDocument;
const anchor = "tag/Errors/60203-Max-send-attempts-reached";
const otherAnchor = "tag/Errors/60200-Invalid-parameter";
const files = new URL("../dist/site/", pathToFileURL(import.meta.filename)).href;

let browser: Browser;
let atRoot: Docs;
let inFolder: Docs;

beforeAll(async () => {
  browser = await launchChromium();
  atRoot = await startDocs();
  inFolder = await startDocs({ basePath: "/countersign/" });
});

afterAll(async () => {
  await browser.close();
  await atRoot.close();
  await inFolder.close();
});

const places = [
  { place: "the root of a host", site: () => atRoot.url, index: "", error: "errors/60203" },
  { place: "a folder of a host", site: () => inFolder.url, index: "", error: "errors/60203" },
  { place: "files", site: () => files, index: "index.html", error: "errors/60203/index.html" },
];

// To lay the reference out takes a browser seconds, so that one look serves for several promises.
describe.each(places)("from $place", ({ site, index, error }) => {
  test("the address of an error leads to its place in the reference, and the search by a number to that one's", async () => {
    const { page, foreignRequests, complaints } = await visit(browser, site(), error);
    await waitUntilOnTop(page, anchor);
    await page.locator(".search-input").fill("60200");
    await page.getByRole("search").getByText("60200 Invalid parameter").click();
    await waitUntilOnTop(page, otherAnchor);
    // The reference writes where it is once it has stopped moving.
    const hash = () => decodeURI(new URL(page.url()).hash);
    await expect.poll(hash, { timeout: 30_000 }).toBe(`#${otherAnchor}`);
    expect(foreignRequests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a link to an operation lands on it at first load", async () => {
    const { page, complaints } = await visit(browser, site(), `${index}#operation/createVerificationCheck`);
    await waitUntilOnTop(page, "operation/createVerificationCheck");
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test("on a phone nothing is wider than the window", async () => {
  const { page } = await visit(browser, atRoot.url, "", phone);
  expect(await tooWide(page)).toBe(false);
  await page.close();
});

test("on a desktop nothing is wider than the window, all has its anchor, no link is dead, and operations have their samples", async () => {
  const { page } = await visit(browser, atRoot.url, "#operation/createVerification");
  expect(await tooWide(page)).toBe(false);
  const { ids, links } = await page.evaluate(() => ({
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    links: [...document.querySelectorAll("a[href^='#']")].map((link) => decodeURI(link.getAttribute("href") ?? "")),
  }));
  const operations = operationsOf(source).map(({ operation }) => `operation/${operation.operationId}`);
  const anchors = (errors as CatalogueEntry[]).map(errorAnchors(source));
  expect(operations.concat(anchors).filter((anchor) => !ids.includes(anchor))).toEqual([]);
  expect(links.filter((link) => link !== "#" && !ids.includes(link.slice(1)))).toEqual([]);
  const operation = page.locator('[id="operation/createVerification"]');
  for (const [tab, text] of [
    ["curl", "--data-urlencode 'To=+12025550123'"],
    ["Client", 'from "@countersign/client"'],
    ["Twilio SDK", '.verifications.create({ to: "+12025550123", channel: "sms" })'],
  ] as const) {
    await operation.getByRole("tab", { name: tab }).click();
    expect(await operation.locator(".react-tabs__tab-panel--selected").first().textContent()).toContain(text);
  }
  await page.close();
});

function tooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
