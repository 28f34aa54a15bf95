import { startSandbox } from "@countersign/server";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";

/** How long the console's page takes to its first paint and to its first screen, on loopback, nothing kept from before. */
const rounds = 15;
const [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
const paints: number[] = [];
const screens: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(sandbox.url);
  await page.locator("h1").waitFor();
  screens.push(await page.evaluate(() => performance.now()));
  paints.push(
    await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) =>
            resolve(list.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0),
          ).observe({
            type: "paint",
            buffered: true,
          });
        }),
    ),
  );
  await context.close();
}
await browser.close();
await sandbox.close();
const median = (values: number[]) => Math.round(values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
console.log(`First contentful paint: ${median(paints)} ms; first screen: ${median(screens)} ms (medians of ${rounds})`);
