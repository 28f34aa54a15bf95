import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDocs } from "../src/serve.ts";
import { launchChromium } from "./chromium.ts";
import { desktop, phone, visit } from "./visit.ts";

const places = {
  start: "",
  guide: "#tag/Testing",
  lifecycle: "#tag/Lifecycle",
  errors: "#tag/Errors/All-errors-of-v2",
  operation: "#operation/createVerification",
  legacy: "#operation/fetchApplication",
};

const folder = mkdtempSync(join(tmpdir(), "countersign-docs-"));
const docs = await startDocs();
const browser = await launchChromium();
for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const [name, hash] of Object.entries(places)) {
    const { page } = await visit(browser, docs.url, hash, viewport);
    // The sidebar follows the scroll a moment later.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, `${device}-${name}.png`) });
    await page.close();
  }
}
await browser.close();
await docs.close();
console.log(`Screenshots: ${folder}`);
