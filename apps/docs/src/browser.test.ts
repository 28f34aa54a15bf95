import { pathToFileURL } from "node:url";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../test-support/chromium.ts";
import { desktop, phone, visit, waitUntilOnTop } from "../test-support/visit.ts";
import { errorAnchors } from "./anchors.ts";
import { type Docs, startDocs } from "./serve.ts";

const source = openapi as unknown as OpenApiDocument;
const anchor = "tag/Errors/60203-Max-send-attempts-reached";
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

describe.each(places)("from $place", ({ site, index, error }) => {
  test("the search finds an error by its number and leads to it, without a request or a complaint", async () => {
    const { page, foreignRequests, complaints } = await visit(browser, site(), index);
    await page.locator(".search-input").fill("60203");
    await page.getByRole("search").getByText("60203 Max send attempts reached").click();
    await waitUntilOnTop(page, anchor);
    expect(decodeURI(new URL(page.url()).hash)).toBe(`#${anchor}`);
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

  test("the address of an error leads to its place in the reference", async () => {
    const { page, foreignRequests, complaints } = await visit(browser, site(), error);
    await waitUntilOnTop(page, anchor);
    expect(foreignRequests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test.each([
  { device: "a desktop", viewport: desktop },
  { device: "a phone", viewport: phone },
])("nothing is wider than the window of $device", async ({ viewport }) => {
  const { page } = await visit(browser, atRoot.url, "", viewport);
  const { wanted, given } = await page.evaluate(() => ({
    wanted: document.documentElement.scrollWidth,
    given: document.documentElement.clientWidth,
  }));
  expect(wanted).toBeLessThanOrEqual(given);
  await page.close();
});

test("every operation and every error has its anchor, and no link within the reference is dead", async () => {
  const { page } = await visit(browser, atRoot.url, "");
  const { ids, links } = await page.evaluate(() => ({
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    links: [...document.querySelectorAll("a[href^='#']")].map((link) => decodeURI(link.getAttribute("href") ?? "")),
  }));
  const operations = operationsOf(source).map(({ operation }) => `operation/${operation.operationId}`);
  const anchors = (errors as CatalogueEntry[]).map(errorAnchors(source));
  expect(operations.concat(anchors).filter((anchor) => !ids.includes(anchor))).toEqual([]);
  expect(links.filter((link) => link !== "#" && !ids.includes(link.slice(1)))).toEqual([]);
  await page.close();
});

test("the reference shows every sample of an operation", async () => {
  const { page } = await visit(browser, atRoot.url, "#operation/createVerification");
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
