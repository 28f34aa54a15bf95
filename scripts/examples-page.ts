import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What asks as a page does, and keeps its cookie. */
export function browserOf(url: string) {
  let cookie = "";
  return async (action: string, fields: object = {}) => {
    const headers = { "content-type": "application/json", cookie };
    const answer = await fetch(`${url}/${action}`, { method: "POST", headers, body: JSON.stringify(fields) });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return answer.json();
  };
}

/** Each page is looked at once for faults. */
const looked = new Set<string>();

/** What a person does there and sees, by words alone. */
export function onPage(page: Page) {
  return {
    submit: (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click(),
    async see(name: string) {
      await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
      const place = `${page.url()} ${name}`;
      if (!looked.has(place)) expect.soft(await faultsOf(page), name).toEqual([]);
      looked.add(place);
    },
    isTold: (words: string) => page.getByRole("alert").getByText(words).waitFor(),
    address: () => page.locator("input:visible"),
  };
}

/** What axe finds wrong, and whether something runs out of the window. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  return isWider ? [...found, "it is wider than the window"] : found;
}
