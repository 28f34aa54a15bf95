import type { Browser, Page } from "playwright-core";

/** A page, with what went on while it was looked at. */
interface Visit {
  page: Page;
  /** The addresses of requests that left the site. */
  foreignRequests: string[];
  /** Errors and warnings of the console, uncaught exceptions and violations of the policy. */
  complaints: string[];
}

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

/** Opens an address of the site. */
export async function visit(browser: Browser, site: string, path: string, viewport = desktop): Promise<Visit> {
  const page = await browser.newPage({ viewport });
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    const address = request.url();
    // Blobs and data are made by the page itself.
    if (!address.startsWith(site) && !/^(blob|data):/.test(address)) foreignRequests.push(address);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(new URL(path, site).href);
  return { page, foreignRequests, complaints };
}

/** Waits until the element of this id is at the top of the window, and fails when it does not get there. */
export async function waitUntilOnTop(page: Page, id: string): Promise<void> {
  await page.waitForFunction((id) => {
    const top = document.getElementById(id)?.getBoundingClientRect().top;
    return top !== undefined && Math.abs(top) < 40;
  }, id);
}
