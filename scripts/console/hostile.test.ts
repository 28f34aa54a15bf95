import { startSandbox } from "@countersign/server";
import type { APIResponse, Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileTexts } from "../../apps/console/test-support/hostile-texts.ts";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { isWhole } from "../budget.ts";
import { authorization, fill, type Sample } from "./sample.ts";
import { open, visit } from "./visit.ts";

let browser: Browser;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let sample: Sample;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
  sample = await fill(sandbox.url);
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
});

/** In a whole run every text stands in every place once; else one of each takes its turn from place to place. */
const turns = isWhole ? hostileTexts.length : 1;

test("whatever stands in an answer is a text on every screen: nothing of it runs, loads or frames anything", async () => {
  const { page, complaints } = await visit(browser, sandbox.url, { width: 1440, height: 900, colorScheme: "light" });
  const links = await page
    .locator('nav[aria-label="Screens"] a')
    .evaluateAll((found) => found.map((link) => link.getAttribute("href")?.slice(1) ?? ""));
  const shown = new Set<string>();
  const begin = await poison(page);
  for (let turn = 0; turn < turns; turn += 1) {
    begin(turn);
    for (const path of [...links, ...sample.paths]) {
      await open(page, path);
      expect.soft(await page.evaluate(() => "hacked" in globalThis), path).toBe(false);
      expect.soft(await page.locator("main :is(script, embed, object, form[action], img)").count(), path).toBe(0);
      const text = (await page.locator("main").textContent()) ?? "";
      for (const each of hostileTexts) if (text.includes(each)) shown.add(each);
    }
  }
  expect(shown.size).toBeGreaterThan(60);
  expect(complaints).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
}, 1_200_000);

test("the HTML of an e-mail is in a frame that runs nothing and asks nobody", async () => {
  const { page } = await visit(browser, sandbox.url, { width: 1440, height: 900, colorScheme: "dark" });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.route("**/sandbox/messages?*", async (route) => {
    const answer = await (await answerTo(route)).json();
    for (const message of answer.messages) message.html = hostileTexts.join("\n") + (message.html ?? "");
    await route.fulfill({ json: answer });
  });
  await open(page, "/inbox?to=ada%40example.com");
  await page.reload();
  await page.getByRole("tab", { name: "HTML" }).click();
  const frame = page.frameLocator("iframe");
  await frame.getByText("ignore this email").first().waitFor({ state: "attached" });
  expect(await page.locator("iframe").getAttribute("sandbox")).toBe("");
  expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
  expect(asked.filter((address) => /^\w+:\/\//.test(address) && !address.startsWith(sandbox.url))).toEqual([]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
});

/** What the server answers: it takes a request that is sent on for another's than its own page's. */
function answerTo(route: Route): Promise<APIResponse> {
  return route.fetch({ headers: { ...route.request().headers(), authorization } });
}

/**
 * Puts a text of the table in place of each that people could have written, one after the other.
 * @returns what says with which of them it begins
 */
async function poison(page: Page): Promise<(turn: number) => void> {
  let at = 0;
  const next = () => {
    at += 1;
    return hostileTexts[at % hostileTexts.length];
  };
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (!/^\/(v2|console|sandbox)\//.test(pathname) || /\/(session|next|clock|faults)$/.test(pathname)) {
      return route.continue();
    }
    const response = await answerTo(route);
    await route.fulfill({ response, json: poisoned(await response.json(), next) });
  });
  return (turn) => {
    at = turn;
  };
}

/** What is left: what the page goes by, such as SIDs, states, dates and addresses of pages; and an e-mail's own HTML. */
const kept =
  /sid$|^(status|state|mode|type|date|channel|channels|reason|name|key|html|by|after|before|kind|api|method)$|^date_|url$/;

function poisoned(value: unknown, next: () => string | undefined, name = ""): unknown {
  if (typeof value === "string") return kept.test(name) ? value : next();
  if (Array.isArray(value)) return value.map((each) => poisoned(each, next, name));
  if (value === null || typeof value !== "object") return value;
  // Whoever starts names the tags, too.
  const named = (key: string) => (name === "tags" ? (next() ?? key) : key);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [named(key), poisoned(each, next, key)]));
}
