import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

/**
 * Starts a headless Chromium that keeps to itself: the one that `CHROMIUM_PATH` names, on Linux x64 the one that comes
 * as an npm package, else the installed Chrome.
 */
export async function launchChromium(more: string[] = []): Promise<Browser> {
  const args = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    ...more,
  ];
  return chromium.launch({ ...(await whichChromium()), args });
}

async function whichChromium(): Promise<LaunchOptions> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (executablePath) return { executablePath };
  const hasPackage = process.platform === "linux" && process.arch === "x64";
  return hasPackage ? { executablePath: await sparticuz.executablePath() } : { channel: "chrome" };
}
