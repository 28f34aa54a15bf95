import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { startSandbox } from "@countersign/server";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { fill } from "./sample.ts";
import { looks, open, visit } from "./visit.ts";

/** Pictures of every screen of a sandbox's console, in the folder that is named: two sizes, light and dark. */
const folder = resolve(process.argv[2] ?? "console-screenshots");
mkdirSync(folder, { recursive: true });
const [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
const { paths } = await fill(sandbox.url);
for (const look of looks) {
  const { page } = await visit(browser, sandbox.url, look);
  const links = await page
    .locator('nav[aria-label="Screens"] a')
    .evaluateAll((found) => found.map((link) => link.getAttribute("href") ?? ""));
  for (const path of [...links.map((href) => href.slice(1)), ...paths]) {
    await open(page, path);
    const name = path.replace(/[^a-z]+/gi, "-").replace(/^-|-$/g, "");
    await page.screenshot({ path: join(folder, `${name}-${look.width}-${look.colorScheme}.png`) });
  }
  await page.context().close();
}
await browser.close();
await sandbox.close();
console.log(`Screenshots: ${folder}`);
