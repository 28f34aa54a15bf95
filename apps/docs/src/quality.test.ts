import { type OpenApiDocument, operationsOf } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import guides from "@countersign/spec/guides.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { launchChromium } from "../test-support/chromium.ts";
import { desktop, phone } from "../test-support/visit.ts";
import { type Docs, startDocs } from "./serve.ts";

let browser: Browser;
let docs: Docs;

beforeAll(async () => {
  [browser, docs] = await Promise.all([launchChromium(), startDocs()]);
});

afterAll(async () => {
  await Promise.all([browser.close(), docs.close()]);
});

const looks = [phone, desktop].flatMap((viewport) => [
  { ...viewport, colorScheme: "light" as const },
  { ...viewport, colorScheme: "dark" as const },
]);

const some = [
  "index.html",
  "guides/testing/index.html",
  "errors/60203/index.html",
  "reference/notifications/index.html",
];
const all = [
  ...some,
  "reference/verification-checks/index.html",
  "reference/services/index.html",
  "reference/index.html",
  "errors/index.html",
  "none",
  ...Object.values(guides).map((name) => `guides/${name}/index.html`),
  ...errors
    .filter((_, index) => index % 8 === 0)
    .map(({ api, code }) => `errors/${api === "v1" ? "v1/" : ""}${code}/index.html`),
];

/** All four in a whole run; else the one that most goes wrong in. */
test.each(isWhole ? looks : looks.slice(1, 2))(
  "at $width px, $colorScheme, no page has a fault that axe finds, runs out of the window, or lacks its one heading",
  async (look) => {
    const page = await browser.newPage({ viewport: look, colorScheme: look.colorScheme });
    for (const path of isWhole ? all : some) {
      await page.goto(docs.url + path);
      if (/^reference\/.*\//.test(path)) await openAll(page);
      await page.evaluate(axe.source);
      expect.soft(await faultsOf(page), path).toEqual([]);
      expect.soft(await page.locator("h1").count(), path).toBe(1);
      const [needed, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect.soft(needed, `${path} is wider than the window`).toBeLessThanOrEqual(inner ?? 0);
    }
    await page.close();
  },
  600_000,
);

const source = openapi as unknown as OpenApiDocument;
const posted = operationsOf({ ...source, paths: source.webhooks as OpenApiDocument["paths"] });
const operations = [...operationsOf(source), ...posted].map(({ operation }) => ({
  id: operation.operationId,
  page: `reference/${(guides as Record<string, string>)[operation.tags?.[0] ?? ""]}/index.html`,
}));

test("on a phone a link to an operation leads to its heading, wherever on its page it is", async () => {
  const page = await browser.newPage({ viewport: phone });
  for (const { id, page: path } of operations.filter((_, index) => isWhole || index % 60 === 59)) {
    await page.goto("about:blank");
    await page.goto(`${docs.url}${path}#operation/${id}`);
    const heading = page.locator(`[id="operation/${id}"] h2`);
    await heading.waitFor();
    // Longer than anything still moves.
    await page.waitForTimeout(300);
    const top = (await heading.boundingBox())?.y ?? -1;
    expect.soft(top >= 0 && top < phone.height / 2, `${id} is at ${top}`).toBe(true);
  }
  await page.close();
}, 600_000);

test("keys alone pass the contents, reach what has to be scrolled, and copy it", async () => {
  const context = await browser.newContext({ viewport: phone, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim());
  await page.goto(`${docs.url}guides/testing/index.html`);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("main");
  await page.locator("pre").first().focus();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Copy");
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
  const code = await page.locator("pre").first().textContent();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${code}\n`);

  const menu = page.getByRole("button", { name: "Contents" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Contents" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Overview");
  await page.keyboard.press("Escape");
  await page.getByRole("navigation", { name: "Contents" }).waitFor({ state: "hidden" });
  expect(await focused()).toBe("Contents");
  await context.close();
});

test("guides and errors are read without scripts, their contents too, and operations are listed", async () => {
  const context = await browser.newContext({ viewport: phone, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${docs.url}errors/60203/index.html`);
  await page.getByText("Five messages were sent to this recipient").waitFor();
  await page.getByRole("button", { name: "Contents" }).click();
  await page.getByRole("link", { name: "Lifecycle of a verification" }).click();
  await page.getByRole("heading", { level: 1, name: "Lifecycle of a verification" }).waitFor();
  await page.goto(`${docs.url}reference/verifications/index.html`);
  await page.getByRole("link", { name: "Start a verification" }).waitFor();
  await page.getByText("A script lays out the details.").waitFor();
  await context.close();
});

test("on paper there is the text alone, dark on light, with all of its code", async () => {
  const page = await browser.newPage({ viewport: { width: 794, height: 1123 }, colorScheme: "dark" });
  await page.goto(`${docs.url}guides/getting-started/index.html`);
  await page.emulateMedia({ media: "print" });
  for (const part of ["body > header", "#contents", "footer", ".copy"])
    expect(await page.locator(part).first().isVisible(), part).toBe(false);
  expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(22, 35, 43)");
  const cut = await page.evaluate(
    () => [...document.querySelectorAll("pre, .wide")].filter((part) => part.scrollWidth > part.clientWidth + 1).length,
  );
  expect(cut).toBe(0);
  await page.close();
});

/** Unfolds what a reader can unfold of the first operations of the page. */
async function openAll(page: Page): Promise<void> {
  await page.locator("#redoc h2").first().waitFor();
  await page.evaluate(async () => {
    const click = async (selector: string) => {
      const found = [...document.querySelectorAll<HTMLElement>(selector)].slice(0, 8);
      for (const element of found) element.click();
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await click('#redoc button[aria-expanded="false"]');
    await click('#redoc td button[aria-label^="expand"]');
    await click('#redoc [tabindex="0"]:has(> h5)');
    await click("#redoc [role=tab]:last-child");
  });
}

async function faultsOf(page: Page): Promise<string[]> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await page.evaluate(
    (values) => (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: "tag", values } }),
    tags,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
