import { test as base, expect } from "@countersign/testing/playwright";
import { startApp } from "./app.ts";

const test = base.extend<object, { app: string }>({
  app: [
    async ({ sandbox }, use) => {
      const app = await startApp(sandbox.env);
      await use(app.url);
      app.close();
    },
    { scope: "worker" },
  ],
  baseURL: ({ app }, use) => use(app),
});

const to = "+14155552671";

test("the code in the message signs in, once", async ({ page, sandbox }) => {
  await page.goto("/");
  await page.getByLabel("Phone").fill(to);
  await page.getByRole("button").click();
  const code = await sandbox.inbox.code(to);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button").click();
  await expect(page.getByText("Welcome.")).toBeVisible();

  const again = await page.request.post("/check", { form: { To: to, Code: code } });
  expect(await again.text()).toContain("Ask for a new code.");
});

test("errors are explained", async ({ page, sandbox }) => {
  for (const [code, advice] of [
    [60203, "Too many codes were sent. Try again later."],
    [60410, "This number cannot be verified."],
  ] as const) {
    await page.goto("/");
    await page.getByLabel("Phone").fill(sandbox.outcome(code));
    await page.getByRole("button").click();
    await expect(page.getByText(advice)).toBeVisible();
  }
});

test("a code is too old after ten minutes", async ({ page, sandbox }) => {
  await page.goto("/");
  await page.getByLabel("Phone").fill(to);
  await page.getByRole("button").click();
  await page.getByLabel("Code").fill(await sandbox.inbox.code(to));
  await sandbox.clock.advance({ minutes: 11 });
  await page.getByRole("button").click();
  await expect(page.getByText("That code is too old.")).toBeVisible();
});
