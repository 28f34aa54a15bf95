import type { Browser, Page, Request } from "playwright-core";

/** Whom the console is looked at by: a browser of this size, with these colours. */
export interface Looks {
  width: number;
  height: number;
  colorScheme: "light" | "dark";
}

export const looks: Looks[] = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
].flatMap((size) => (["light", "dark"] as const).map((colorScheme) => ({ ...size, colorScheme })));

/** A page, with what it should not have done while it was looked at. */
export interface Visit {
  page: Page;
  /** Requests to another host, and what the browser complained about: errors, warnings, violations of the policy. */
  complaints: string[];
}

/** Opens the console. A refusal by the API is no complaint: browsers log each answer of 400 and above. */
export async function visit(browser: Browser, url: string, { width, height, colorScheme }: Looks): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    // In the midst of a transition colours are measured that nobody is to read.
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  follow(page);
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(blob|data):/.test(address)) complaints.push(`asked ${address}`);
  });
  page.on("console", (message) => {
    const isRefusal = /^Failed to load resource: the server responded with a status of 4/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  await page.locator("h1").waitFor();
  return { page, complaints };
}

/** Goes to a screen as its address does. */
export async function open(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#${path}`);
  await page.locator("h1").waitFor();
  await settled(page);
}

/** The requests of each page that are under way, but for the inbox's, which waits for what may never come. */
const underWay = new WeakMap<Page, Set<Request>>();

function follow(page: Page): void {
  const requests = new Set<Request>();
  underWay.set(page, requests);
  page.on("request", (request) => !request.url().includes("/messages/next") && requests.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => requests.delete(request));
}

/** Waits until everything that the screen asked for is shown. */
async function settled(page: Page): Promise<void> {
  do await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  while (underWay.get(page)?.size);
}
