import { createServer } from "node:net";
import { startSandbox } from "@countersign/server";
import axe from "axe-core";
import lighthouse from "lighthouse";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { isWhole } from "../budget.ts";
import { fill, type Sample } from "./sample.ts";
import { looks, open, visit } from "./visit.ts";

let browser: Browser;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let sample: Sample;
let debugPort: number;
beforeAll(async () => {
  debugPort = await freePort();
  [browser, sandbox] = await Promise.all([launchChromium([`--remote-debugging-port=${debugPort}`]), startSandbox()]);
  sample = await fill(sandbox.url);
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
});

/** All four in a whole run; else the one that most goes wrong in. */
const looked = isWhole ? looks : looks.slice(-1);

describe.each(looked)("at $width px, $colorScheme", (look) => {
  test("no screen has a fault that axe finds, runs out of the window, or lacks its one heading", async () => {
    const { page, complaints } = await visit(browser, sandbox.url, look);
    await page.evaluate(axe.source);
    const paths = [...(await screensIn(page)), ...sample.paths];
    for (const path of paths.filter(
      (path, index) => isWhole || index % 4 === 0 || /tab=|guard|entities|inbox/.test(path),
    )) {
      await open(page, path);
      await page.evaluate(() => {
        for (const folded of document.querySelectorAll("main details")) (folded as HTMLDetailsElement).open = true;
      });
      expect.soft(await faultsOf(page), path).toEqual([]);
      expect.soft(await page.locator("h1").count(), path).toBe(1);
      const { inner, needed } = await page.evaluate(() => ({
        inner: innerWidth,
        needed: document.documentElement.scrollWidth,
      }));
      expect.soft(needed, `${path} is wider than the window`).toBeLessThanOrEqual(inner);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test("the keyboard alone goes to a screen, finds, opens, goes back, and is told what its keys do", async () => {
  const { page } = await visit(browser, sandbox.url, { width: 1440, height: 900, colorScheme: "light" });
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");

  await page.keyboard.type("gv");
  await heading("Verifications");
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await page.locator("main tbody tr").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("+12025550124");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 1);
  await page.keyboard.press("Tab");
  await page.locator("h1").focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await heading("Verification");
  await page.keyboard.press("Escape");
  await heading("Verifications");

  await open(page, "/requests?status=404");
  await page.getByRole("button", { name: "Clear" }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Clear" }).waitFor({ state: "detached" });
  await page.locator("h1").focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await page.keyboard.type("gv");
  await heading("Verifications");

  await open(page, sample.paths.at(-1)?.replace(/&.*/, "") ?? "");
  await page.getByRole("tab", { name: "Templates" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Messaging configurations", selected: true }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.locator("main tbody tr").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const chosen = "What a person gets: Base Verification Template with never ask";
  await page.getByRole("heading", { level: 2, name: chosen, exact: true }).waitFor();
  await page
    .getByText(/Our employees will never ask for it/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await heading("Services");
  await page.keyboard.type("gv");
  await heading("Verifications");

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await help.getByText("Next row").waitFor();
  await help.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.type("gi");
  await heading("Verifications");
  await page.reload();
  await heading("Verifications");
  await page.keyboard.type("gi");
  expect(await page.locator("h1").textContent()).toBe("Verifications");
  await page.context().close();
});

test("who is not logged in finds a login without a fault that axe finds, and is told why it failed", async () => {
  const { page, complaints } = await visit(browser, sandbox.url, { width: 390, height: 844, colorScheme: "dark" });
  await page.route("**/console/session", (route) =>
    route.fulfill({ status: 401, json: { code: 20003, message: "Authenticate" } }),
  );
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  await page.evaluate(axe.source);
  expect.soft(await faultsOf(page)).toEqual([]);
  await page.getByLabel("Key").fill("SK00000000000000000000000000000001");
  await page.getByLabel("Secret").fill("none");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("Authenticate").waitFor();
  expect.soft(await faultsOf(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a screen that cannot be drawn says what happened and leads on, and the others go on", async () => {
  const { page } = await visit(browser, sandbox.url, { width: 1440, height: 900, colorScheme: "light" });
  await page.route("**/console/guard", (route) => route.fulfill({ json: { mode: "on" } }));
  await open(page, "/guard");
  await page.getByRole("heading", { level: 1, name: "This screen failed" }).waitFor();
  await page.evaluate(axe.source);
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("link", { name: "Services" }).click();
  // Its own heading: the link of that name at the top is there before the screen has changed.
  await page.getByRole("heading", { level: 1, name: "Services" }).waitFor();
  await page.getByRole("link", { name: "Countersign" }).last().waitFor();
  await page.unroute("**/console/guard");
  await open(page, "/guard");
  await page.getByRole("heading", { level: 2, name: "Suspicious prefixes" }).waitFor();
  await page.context().close();
});

test.runIf(isWhole)("lighthouse finds nothing that keeps anybody out", async () => {
  for (const path of ["/inbox", "/verifications", "/try-it", "/overview"]) {
    const result = await lighthouse(`${sandbox.url}/#${path}`, {
      port: debugPort,
      onlyCategories: ["accessibility"],
      logLevel: "silent",
    });
    expect.soft(result?.lhr.categories.accessibility?.score, path).toBe(1);
  }
});

/** What the navigation leads to. */
async function screensIn(page: Page): Promise<string[]> {
  const links = page.locator('nav[aria-label="Screens"] a');
  return (await links.evaluateAll((found) => found.map((link) => link.getAttribute("href") ?? ""))).map((href) =>
    href.slice(1),
  );
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
