import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDocs } from "../src/serve.ts";
import { launchChromium } from "./chromium.ts";
import { desktop, phone } from "./visit.ts";

const places = {
  front: "index.html",
  guide: "guides/lifecycle/index.html",
  error: "errors/60203/index.html",
  errors: "errors/index.html",
  operation: "reference/verifications/index.html#operation/createVerification",
  operations: "reference/index.html",
};

const folder = mkdtempSync(join(tmpdir(), "countersign-docs-"));
const docs = await startDocs();
const browser = await launchChromium();
for (const [device, viewport] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await browser.newPage({ viewport, colorScheme });
    for (const [name, path] of Object.entries(places)) {
      await page.goto("about:blank");
      await page.goto(docs.url + path);
      if (path.includes("#")) await page.locator("#redoc h2").first().waitFor();
      // The sections follow the scroll a moment later.
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) });
      if (device === "desktop" && colorScheme === "light")
        await page.pdf({ path: join(folder, `${name}.pdf`), format: "A4" });
    }
    await page.close();
  }
}
await browser.close();
await docs.close();
console.log(`Screenshots: ${folder}`);
